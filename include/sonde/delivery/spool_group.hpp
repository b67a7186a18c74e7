// SPDX-License-Identifier: MIT
// The files of one owner in the spool, and taking over those of an owner that is gone.
#ifndef SONDE_DELIVERY_SPOOL_GROUP_HPP
#define SONDE_DELIVERY_SPOOL_GROUP_HPP

#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/spool_folder.hpp>
#include <sonde/delivery/spool_name.hpp>
#include <sonde/delivery/spool_record.hpp>
#include <sonde/transport/open_file.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sonde {

struct spool_segment {
    spool_name name;
    std::uint64_t bytes = 0;   ///< of whole records
    std::uint64_t events = 0;  ///< not replayed yet
};

/// The segments of one owner, oldest first. They belong to whoever holds the lock of the last one that is not empty: one
/// descriptor, however many files there are. Each owner keeps to this order: a new segment is locked before it is written,
/// written before the lock of the one before is let go, and the last is removed last.
struct spool_group {
    std::vector<spool_segment> segments;
    open_file lock;

    void forget() noexcept {
        segments.clear();
        lock = {};
    }
};

namespace delivery_impl {

// How many events there may be from `start` on: lines, where no head says it.
inline std::uint64_t lines_from(open_file const& file, std::uint64_t start, std::uint64_t size) noexcept {
    char block[4096];
    std::uint64_t lines = 0;
    while (start != size) {
        auto const bytes = size - start < sizeof block ? static_cast<std::size_t>(size - start) : sizeof block;
        if (!file.read_at(start, block, bytes)) { break; }
        lines += count_lines(block, bytes);
        start += bytes;
    }
    return lines;
}

// Where the whole records end, and what of them waits; what is behind a damaged head counts too, and is dropped when it is
// come to. False if the file can't be read.
inline bool look_through(open_file const& file, std::uint64_t size, spool_segment& found) noexcept {
    spool_record record;
    spool_record::head head;
    for (found.bytes = found.events = 0; size - found.bytes >= head.size(); found.bytes += record.size()) {
        if (!file.read_at(found.bytes, head.data(), head.size())) { return false; }
        if (!record.read(head)) {
            found.events += lines_from(file, found.bytes, size);
            break;
        }
        if (record.size() > size - found.bytes) { break; }  // torn: nobody said that it was kept
        if (!record.is_replayed) { found.events += record.events; }
    }
    return true;
}

// The lock of the last file with something in it. What is empty and nobody's is removed.
inline open_file lock_of_last(spool_folder const& folder, spool_file const* first, spool_file const* end) noexcept {
    while (end-- != first) {
        auto file = folder.open(end->name);
        file_facts facts;
        if (!file || !file.facts(facts) || !file.lock(LOCK_EX)) {
            if (file && facts.size == 0) { continue; }  // being made: then the one before is locked too
            break;
        }
        if (!file.facts(facts)) { break; }
        if (facts.size != 0) { return file; }
        folder.remove(end->name);
    }
    return {};
}

// Fills `taken`, whose lock is held, with what the owner has now. False if the owner went on meanwhile.
inline bool take_segments(spool_folder const& folder, std::string_view owner, spool_group& taken) {
    std::vector<spool_file> files;
    if (!folder.list(files)) { return false; }
    file_facts last, locked;
    for (auto const& each : files) {
        if (each.name.owner() != owner || each.bytes == 0) { continue; }
        auto const file = folder.open(each.name);
        spool_segment segment{each.name};
        if (!file || !file.facts(last) || !look_through(file, last.size, segment)) { return false; }
        taken.segments.push_back(segment);
    }
    return !taken.segments.empty() && taken.lock.facts(locked) && locked.same_file(last);
}

}  // namespace delivery_impl

/// Takes over the files of the first owner in `folder` that is gone. `self` is the owner that asks.
/// *Errors*: false if there is none. May throw what allocating throws.
inline bool take_over(spool_folder const& folder, std::string_view self, spool_group& taken) {
    std::vector<spool_file> files;
    if (!folder.list(files)) { return false; }
    auto const* const end = files.data() + files.size();
    for (auto const *first = files.data(), *next = first; first != end; first = next) {
        while (next != end && next->name.owner() == first->name.owner()) { ++next; }
        if (first->name.owner() == self) { continue; }
        taken.lock = delivery_impl::lock_of_last(folder, first, next);
        if (taken.lock && delivery_impl::take_segments(folder, first->name.owner(), taken)) { return true; }
        taken.forget();
    }
    return false;
}

}  // namespace sonde

#endif
