// SPDX-License-Identifier: MIT
// Appends lines to a file: rotated by size, shared with other processes, and back in service when what was wrong is over.
#ifndef SONDE_TRANSPORT_FILE_TRANSPORT_HPP
#define SONDE_TRANSPORT_FILE_TRANSPORT_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/transport/absolute_path.hpp>
#include <sonde/transport/file_rotation.hpp>
#include <sonde/transport/file_tail.hpp>
#include <sonde/transport/open_file.hpp>
#include <sonde/transport/signal_guard.hpp>
#include <sonde/transport/transport_error.hpp>
#include <sonde/transport/transport_result.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sonde {

/// Appends whole lines to the file at `path`, which it makes with mode 0600, and the folders above it with mode 0755.
///
/// A file over `max_file_bytes` becomes `path.1`, that one `path.2`, and so on up to `max_files`; the oldest is removed.
/// A line that alone is longer has a file of its own. Several processes may append to one path: each line stays whole,
/// and one of them rotates. A file that was removed, renamed or replaced is left, and `path` made anew, with the next line.
/// A write that came to no end is undone; what a crash left unfinished at the end of the file is healed when it is opened.
/// A symbolic link is followed if root or this user made it. What is no regular file (a pipe, a device) is written to,
/// never waited for, and neither rotated nor healed.
///
/// *Errors*: in the results; nothing is thrown. *Thread safety*: one thread at a time.
/// *Units and bounds*: the folder an open file is reached by is looked at before each write (0.4 µs).
class file_transport {
public:
    struct options {
        std::string path = {};
        std::uint64_t max_file_bytes = 0;  ///< 0: never rotated
        unsigned max_files = 5;
        torn_test torn = nullptr;  ///< null: nothing is, so that unfinished tails are only ended
        bool sync = false;         ///< each `send` ends when what it wrote is on the disk
    };

    // Not inlined, for otherwise g++ 12 warns of an uninitialised string in some programs, and not in others (PR 105562).
    [[gnu::noinline]] explicit file_transport(options chosen)
        : path_(absolute_path(chosen.path)),
          target_(path_),
          torn_(chosen.torn),
          max_file_bytes_(chosen.max_file_bytes),
          max_files_(chosen.max_files),
          sync_(chosen.sync) {}

    /// One that writes to the same file and has not begun. Reads only what never changes: a forked child asks one that its
    /// parent's worker may have been using.
    [[nodiscard]] file_transport fresh() const {
        return file_transport(
            {.path = path_, .max_file_bytes = max_file_bytes_, .max_files = max_files_, .torn = torn_, .sync = sync_});
    }

    transport_result open() noexcept {
        return meta::catching([&] { return ready(); }, [] { return failed("open", ENOMEM); });
    }

    transport_result send(std::string_view lines) noexcept {
        return meta::catching([&] { return append(lines); }, [] { return failed("write", ENOMEM); });
    }

    /// Calls `handler` with a `transport_error` that names the file, what could not be done, and why.
    template <class Handler>
    void explain(transport_result const& result, Handler&& handler) const {
        std::string text("sonde: cannot ");
        text.append(result.problem == nullptr ? "use" : result.problem).append(" ").append(path_).append(": ");
        handler(transport_error(text.append(std::generic_category().message(result.cause))));
    }

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
    static transport_result failed(char const* problem, int cause) noexcept {
        return {.outcome = transport_outcome::failed, .taken = 0, .problem = problem, .cause = cause};
    }

    // Opens the file, or opens it again if it is not at its path any more, or this process is a fork of the one that did.
    transport_result ready() {
        if (file_ && fork_mark_ != context_impl::fork_mark) { file_ = {}; }
        if (file_) {
            struct stat found{};
            if (::stat(path_.c_str(), &found) == 0) {
                facts_.size = static_cast<std::uint64_t>(found.st_size);
                if (file_facts::of(found).same_file(facts_)) { return {}; }
            } else if (errno != ENOENT && errno != ENOTDIR) {
                return {};  // it can't be looked at, but still be written
            }
            file_ = {};
        }
        return open_anew();
    }

    transport_result open_anew() {
        target_ = path_;
        auto file = open_path();
        if (!file && errno == ENOENT) {
            if (!make_folders(path_)) { return failed("make the folders of", errno); }
            file = open_path();
        }
        if (!file || !file.facts(facts_)) { return failed("open", errno); }

        // Whoever writes holds the lock shared as long as the file is open; only who has it alone may touch the tail.
        transport_result result;
        if (file.lock(LOCK_EX) && !heal_tail(file, target_, torn_)) { result.problem = "heal", result.cause = errno; }
        if (!file.facts(facts_)) { return failed("open", errno); }
        static_cast<void>(file.lock(LOCK_SH));

        rlimit limit{};
        guarded_ = !facts_.regular || ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
        unfinished_ = false;
        fork_mark_ = context_impl::fork_mark;
        file_ = std::move(file);
        return result;
    }

    open_file open_path() {
        // O_NONBLOCK: opening a pipe waits for a reader, and writing to one for room; files don't know it.
        constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
        open_file file(::open(path_.c_str(), flags | O_NOFOLLOW, 0600));
        if (file) { return file; }
        auto const error = errno;
        struct stat link{};
        auto const linked = ::lstat(path_.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
        if (!linked || (link.st_uid != 0 && link.st_uid != ::geteuid())) {
            errno = error;
            return file;
        }
        file = open_file(::open(path_.c_str(), flags, 0600));
        if (auto* const resolved = ::realpath(path_.c_str(), nullptr); resolved != nullptr) {
            target_ = resolved;
            std::free(resolved);
        }
        return file;
    }

    transport_result append(std::string_view lines) {
        transport_result all;
        while (!lines.empty() && all.outcome == transport_outcome::delivered) {
            auto result = ready();
            if (result.outcome == transport_outcome::delivered) {
                auto const first = next_lines(lines, result);
                if (file_) { write(first, result); }  // else it was moved away just now
            }
            all.taken += result.taken;
            all.outcome = result.outcome;
            if (result.problem != nullptr) { all.problem = result.problem, all.cause = result.cause; }
            lines.remove_prefix(result.taken);
        }
        return all;
    }

    // As many of the lines as the file has room for; where that is none, the first, after making way for it.
    std::string_view next_lines(std::string_view lines, transport_result& result) {
        auto const room = room_left();
        if (lines.size() <= room) { return lines; }
        auto const last = room == 0 ? lines.npos : lines.rfind('\n', static_cast<std::size_t>(room - 1));
        if (last != lines.npos) { return lines.substr(0, last + 1); }
        if (facts_.size != 0) {
            auto const rotated = rotate_file(target_, facts_, max_files_);
            if (rotated.moved) { file_ = {}; }
            if (rotated.error != 0) { result.problem = "rotate", result.cause = rotated.error; }
        }
        auto const first = lines.find('\n');
        return first == lines.npos ? lines : lines.substr(0, first + 1);
    }

    [[nodiscard]] std::uint64_t room_left() const noexcept {
        if (max_file_bytes_ == 0 || !facts_.regular) { return ~std::uint64_t{0}; }
        return max_file_bytes_ > facts_.size ? max_file_bytes_ - facts_.size : 0;
    }

    void write(std::string_view lines, transport_result& result) {
        std::optional<signal_guard> guard;
        if (guarded_) { guard.emplace(); }
        auto const ended = !unfinished_ || file_.write("\n") == 1;
        auto const written = ended ? file_.write(lines) : 0;
        if (written == lines.size()) {
            unfinished_ = false;
            result.taken = written;
            if (sync_ && facts_.regular && !file_.sync()) { result.problem = "sync", result.cause = errno; }
            return;
        }
        result.outcome = transport_outcome::failed;
        result.problem = "write";
        result.cause = errno;
        result.taken = lines.substr(0, written).rfind('\n') + 1;  // npos + 1: none
        if (ended) { unfinished_ = written != result.taken && !undo_write(file_, target_, written - result.taken); }
        // Where room is all that is missing the file is kept: what is unfinished in it is still known.
        auto const keep =
            result.cause == ENOSPC || result.cause == EDQUOT || result.cause == EFBIG || result.cause == EAGAIN;
        if (!keep) { file_ = {}; }
    }

    std::string path_;
    std::string target_;  // the path behind a link
    torn_test torn_;
    std::uint64_t max_file_bytes_;
    unsigned max_files_;
    bool sync_;
    open_file file_;
    file_facts facts_;
    std::uint64_t fork_mark_ = 0;
    bool guarded_ = false;
    bool unfinished_ = false;  // the file ends in bytes of a write that could be neither finished nor undone
};

}  // namespace sonde

#endif
