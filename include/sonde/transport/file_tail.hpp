// SPDX-License-Identifier: MIT
// What a write that was never finished has left at the end of a file, and how to get rid of it.
#ifndef SONDE_TRANSPORT_FILE_TAIL_HPP
#define SONDE_TRANSPORT_FILE_TAIL_HPP

#include <sonde/transport/open_file.hpp>

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sonde {

/// Whether a tail is the beginning of something that was never written to its end, and so of no use to anyone.
using torn_test = bool (*)(std::string_view tail) noexcept;

namespace transport_impl {
// A longer tail is no line of ours.
inline constexpr std::uint64_t longest_tail = std::uint64_t{64} << 20;

// Where the bytes behind the last `\n` start. False if they can't be read or are too many.
inline bool find_tail(open_file const& file, std::uint64_t size, std::uint64_t& start) noexcept {
    char block[4096];
    for (auto end = size; end != 0 && size - end <= longest_tail;) {
        auto const bytes = end < sizeof block ? static_cast<std::size_t>(end) : sizeof block;
        if (!file.read_at(end - bytes, block, bytes)) { return false; }
        if (auto const found = std::string_view(block, bytes).rfind('\n'); found != std::string_view::npos) {
            start = end - bytes + found + 1;
            return true;
        }
        end -= bytes;
    }
    start = 0;
    return size <= longest_tail;
}
}  // namespace transport_impl

/// Sees to it that what is appended to `file` next starts a line: a torn tail is cut off, any other (a whole line that
/// lacks its `\n`, something of the user's own) gets its `\n`. *Requires*: nobody else writes to the file.
/// *Errors*: false when it could not be read or changed, with `errno` set. May throw what allocating throws.
inline bool heal_tail(open_file const& file, std::string const& path, torn_test torn) {
    file_facts facts, other;
    if (!file.facts(facts)) { return false; }
    if (!facts.regular || facts.size == 0) { return true; }
    open_file const reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!reader || !reader.facts(other)) { return false; }
    if (!facts.same_file(other)) { return true; }  // replaced meanwhile: whoever did that writes there now

    std::uint64_t start = 0;
    if (!transport_impl::find_tail(reader, facts.size, start)) { return false; }
    if (start == facts.size) { return true; }
    std::string tail(static_cast<std::size_t>(facts.size - start), '\0');
    if (!reader.read_at(start, tail.data(), tail.size())) { return false; }
    if (torn != nullptr && torn(tail)) { return file.cut_to(start); }
    return file.write("\n") == 1;
}

/// Undoes the last `torn` bytes of a write to `file` that came no further: cuts them off, or, if someone else has
/// appended behind them meanwhile, makes them spaces, which before a line of JSON mean nothing.
/// False when they are still there.
inline bool undo_write(open_file const& file, std::string const& path, std::size_t torn) noexcept {
    // Appending leaves the offset behind what was appended last, whoever else appends.
    auto const end = ::lseek(file.get(), 0, SEEK_CUR);
    file_facts facts, other;
    if (end < static_cast<off_t>(torn) || !file.facts(facts) || !facts.regular) { return false; }
    auto const start = static_cast<std::uint64_t>(end) - torn;
    if (facts.size == static_cast<std::uint64_t>(end)) { return file.cut_to(start); }

    // A descriptor that appends can't write anywhere else.
    open_file const writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    if (!writer || !writer.facts(other) || !facts.same_file(other)) { return false; }
    constexpr std::string_view blanks = "                                                                ";
    for (std::size_t done = 0; done != torn;) {
        auto const bytes = torn - done < blanks.size() ? torn - done : blanks.size();
        auto const count = ::pwrite(writer.get(), blanks.data(), bytes, static_cast<off_t>(start + done));
        if (count <= 0) { return false; }
        done += static_cast<std::size_t>(count);
    }
    return true;
}

}  // namespace sonde

#endif
