// SPDX-License-Identifier: MIT
// Keeps on disk what could not be delivered, until it can be: in this process or a later one.
#ifndef SONDE_DELIVERY_SPOOL_HPP
#define SONDE_DELIVERY_SPOOL_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/crc32c.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/spool_folder.hpp>
#include <sonde/delivery/spool_group.hpp>
#include <sonde/delivery/spool_name.hpp>
#include <sonde/delivery/spool_record.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/transport/open_file.hpp>
#include <sonde/transport/signal_guard.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sonde {

/// Batches in files of a folder, first in, first out. Several processes, and several spools of one, may share it: each
/// writes segments of its own, and one that has nothing older takes over those of an owner that is gone. What a segment
/// holds is replayed by one spool at a time. One that is replayed is removed.
///
/// A batch that `add` said it kept outlives this process however it ends; the record that was being written then is lost,
/// no more. Where a crash falls between a batch's arrival and `pop`, it is replayed once more, under the same key. What
/// the system had not written when the machine itself stopped is lost too: nothing here waits for the disk.
///
/// `added + adopted == popped + dropped + waiting`, in events, at all times.
/// *Errors*: nothing is thrown. *Thread safety*: one thread at a time. In a forked child a spool starts empty, and leaves
/// its parent's segments alone; if the parent may have been using it on another thread, `fresh()` is the way.
/// *Units and bounds*: a batch of 64 MiB at most; four open files at most. All segments in the folder together have at
/// most `max_bytes`; with several processes, as many segments more as there are others writing.
class spool {
public:
    struct options {
        std::string dir = {};                                  ///< made with mode 0700 with the first batch
        std::uint64_t max_bytes = std::uint64_t{512} << 20;    ///< the oldest segments make way
        std::uint64_t segment_bytes = std::uint64_t{4} << 20;  ///< at most an eighth of that
    };

    explicit spool(options const& chosen)
        : folder_(chosen.dir),
          max_bytes_(chosen.max_bytes),
          segment_bytes_(chosen.segment_bytes < chosen.max_bytes / 8 ? chosen.segment_bytes : chosen.max_bytes / 8) {
        watch_forks();
        fork_mark_ = context_impl::fork_mark;
    }
    spool(spool const&) = delete;  // has locks
    spool& operator=(spool const&) = delete;

    /// For a forked child, in place of this one, whose parent's worker may have been using it: closes what it has open, so
    /// that the parent's locks end with the parent, and reads nothing else that changes. May throw what allocating throws.
    [[nodiscard]] spool fresh() {
        close();
        return spool({folder_.path(), max_bytes_, segment_bytes_});
    }

    /// Lets go of what waits, for others to take over. It may be used again, and has nothing then.
    void leave() noexcept {
        close();
        own_.segments.clear();
        adopted_.segments.clear();
        name_ = {};
        waiting_ = dropped_ = adopted_events_ = 0;
        lent_ = false;
        fork_mark_ = context_impl::fork_mark;
    }

    /// Keeps `text`, which has so many events. False if it can't be kept: `error()` says why, and nothing of it is left.
    bool add(std::string_view text, std::uint64_t events, trace_id key) noexcept {
        start_afresh_in_child();
        auto const kept = meta::catching([&] { return keep(text, events, key); }, [] { return errno = ENOMEM, false; });
        error_ = kept ? 0 : errno;
        return kept;
    }

    /// Reads the oldest batch that is not replayed: text, events and key. The same again until `pop()`. Where there is none
    /// it looks through the folder for what others have left. False: none, or it can't be read now.
    bool front(batch& out) noexcept {
        start_afresh_in_child();
        return meta::catching([&] { return find_front(out); }, [] { return false; });
    }

    /// The batch that `front` read last is settled.
    void pop() noexcept {
        start_afresh_in_child();
        if (!std::exchange(lent_, false)) { return; }
        waiting_ -= lent_events_;
        if (!reading_) { return; }  // its segment had to make way meanwhile
        settle(lent_events_);
        constexpr char state = spool_record::replayed;
        // If this fails it is replayed once more by a later process.
        static_cast<void>(::pwrite(reading_.get(), &state, 1, static_cast<off_t>(at_ + spool_record::state_offset)));
        at_ += lent_size_;
        if (at_ == segment().bytes) { finish_segment(); }
    }

    /// Events that wait in segments that this spool has.
    [[nodiscard]] std::uint64_t events() const noexcept { return is_of_this_process() ? waiting_ : 0; }
    [[nodiscard]] bool empty() const noexcept { return events() == 0; }
    /// The events lost since this was last asked: their segments made way for newer ones, were damaged or removed.
    [[nodiscard]] std::uint64_t take_dropped() noexcept {
        start_afresh_in_child();
        return std::exchange(dropped_, 0);
    }
    /// The events found since this was last asked, in segments of owners that are gone: they wait now, or are dropped.
    [[nodiscard]] std::uint64_t take_adopted() noexcept {
        start_afresh_in_child();
        return std::exchange(adopted_events_, 0);
    }
    /// Why the last `add` failed, as in `errno`.
    [[nodiscard]] int error() const noexcept { return error_; }
    /// The folder's absolute path.
    [[nodiscard]] std::string const& path() const noexcept { return folder_.path(); }

private:
    bool is_of_this_process() const noexcept { return fork_mark_ == context_impl::fork_mark; }
    void start_afresh_in_child() noexcept {
        if (!is_of_this_process()) [[unlikely]] { leave(); }
    }
    // Closing does not unlock for the parent, whose descriptor is another of the same open file.
    void close() noexcept {
        own_.lock = {};
        adopted_.lock = {};
        reading_ = {};
        folder_.close();
    }

    bool keep(std::string_view text, std::uint64_t events, trace_id key) {
        if (text.size() > spool_record::most_text) { return errno = EMSGSIZE, false; }
        spool_record const record{
            .length = text.size(), .text_sum = crc32c(text), .events = events, .key = key, .is_replayed = false};
        auto const fits = own_.lock && !sealed_ && own_.segments.back().bytes + record.size() <= segment_bytes_;
        // A segment that somebody has removed takes nothing any more.
        if (!(fits && spool_folder::is_linked(own_.lock) ? append(record, text) : start_segment(record, text))) {
            return false;
        }
        own_.segments.back().bytes += record.size();
        own_.segments.back().events += events;
        waiting_ += events;
        return true;
    }

    bool append(spool_record const& record, std::string_view text) noexcept {
        if (write(own_.lock, record, text)) { return true; }
        auto const cause = errno;
        sealed_ = !own_.lock.cut_to(own_.segments.back().bytes);  // else nothing that follows would be found
        return errno = cause, false;
    }

    bool start_segment(spool_record const& record, std::string_view text) {
        if (!folder_.open_or_make()) { return false; }
        if (!make_room(record.size() > segment_bytes_ ? record.size() : segment_bytes_)) { return false; }
        own_.segments.reserve(own_.segments.size() + 1);
        open_file fresh;
        errno = EAGAIN;
        for (int tries = 0; !fresh && errno == EAGAIN && tries != 8; ++tries) {
            name_ ? name_.next() : static_cast<void>(name_ = first_name());
            fresh = folder_.make(name_);
        }
        if (!fresh) { return false; }
        if (!write(fresh, record, text)) {
            auto const cause = errno;
            folder_.remove(name_);
            return errno = cause, false;
        }
        own_.segments.push_back({name_, 0, 0});
        own_.lock = std::move(fresh);
        sealed_ = false;
        return true;
    }

    // Behind all that is there, even if the clock was set back since.
    spool_name first_name() const noexcept {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        auto moment = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
        if (moment <= newest_ && newest_ >> 63 == 0) { moment = newest_ + 1; }
        return {moment, static_cast<std::uint64_t>(::getpid()), new_span_id().value};
    }

    // In one write, so that a crash can't come between head and text.
    static bool write(open_file const& file, spool_record const& record, std::string_view text) noexcept {
        signal_guard const guard;
        auto head = record.written();
        iovec const parts[] = {{head.data(), head.size()}, {const_cast<char*>(text.data()), text.size()}};
        auto count = ::writev(file.get(), parts, 2);
        while (count < 0 && errno == EINTR) { count = ::writev(file.get(), parts, 2); }
        if (count < 0) { return false; }
        auto const written = static_cast<std::size_t>(count);
        if (written == head.size() + text.size()) { return true; }
        // The disk is full, and says so when asked for the rest; or there is room again.
        if (written < head.size()) {
            auto const rest = std::string_view(head.data(), head.size()).substr(written);
            return file.write(rest) == rest.size() && file.write(text) == text.size();
        }
        auto const rest = text.substr(written - head.size());
        return file.write(rest) == rest.size();
    }

    bool make_room(std::uint64_t bytes) {
        if (bytes > max_bytes_) { return errno = EMSGSIZE, false; }
        for (std::vector<spool_file> files;;) {
            if (!folder_.list(files)) { return false; }
            auto total = bytes;
            for (auto const& each : files) {
                total += each.bytes;
                newest_ = each.name.moment() > newest_ ? each.name.moment() : newest_;
            }
            if (total <= max_bytes_) { return true; }
            adopt();
            auto* const group = oldest();
            if (group == nullptr) { return errno = ENOSPC, false; }  // the others have all of it
            if (!folder_.remove(group->segments.front().name)) { return false; }
            drop_segment(*group);
        }
    }

    void adopt() {
        spool_group found;
        if (!adopted_.segments.empty() || !take_over(folder_, name_.owner(), found)) { return; }
        adopted_ = std::move(found);
        for (auto const& each : adopted_.segments) {
            waiting_ += each.events;
            adopted_events_ += each.events;
        }
    }

    spool_group* oldest() noexcept {
        if (adopted_.segments.empty()) { return own_.segments.empty() ? nullptr : &own_; }
        auto const own_first = !own_.segments.empty() && own_.segments.front().name < adopted_.segments.front().name;
        return own_first ? &own_ : &adopted_;
    }

    bool find_front(batch& out) {
        // What was lent of a segment that then had to make way is lost only if it is asked for again.
        if (lent_ && !reading_) { drop(lent_events_); }
        lent_ = false;
        while (reading_ || open_oldest()) {
            spool_record record;
            while (next_record(record)) {
                out.text.resize(static_cast<std::size_t>(record.length));
                if (reading_.read_at(at_ + record.head_size, out.text.data(), out.text.size()) &&
                    crc32c(out.text) == record.text_sum) {
                    out.events = record.events;
                    out.key = record.key;
                    out.tries = 0;
                    lent_events_ = record.events;
                    lent_size_ = record.size();
                    return lent_ = true;
                }
                settle(record.events);
                drop(record.events);
                at_ += record.size();
            }
            finish_segment();
        }
        return false;
    }

    // The next that waits in the segment being read. False at its end, which a damaged head is too.
    bool next_record(spool_record& record) noexcept {
        spool_record::head head;
        for (; segment().bytes - at_ >= head.size(); at_ += record.size()) {
            if (!reading_.read_at(at_, head.data(), head.size()) || !record.read(head)) { return false; }
            if (record.size() > segment().bytes - at_) { return false; }
            if (!record.is_replayed) { return record.events <= segment().events; }
        }
        return false;
    }

    bool open_oldest() {
        if (!folder_.open()) {
            auto const removed = errno == ENOENT;
            while (auto* const group = removed ? oldest() : nullptr) { drop_segment(*group); }
            return false;
        }
        adopt();
        while (auto* const group = oldest()) {
            reading_ = folder_.open(group->segments.front().name);
            from_ = group;
            at_ = 0;
            if (reading_) { return true; }
            if (errno != ENOENT && errno != EPERM && errno != ELOOP) { return false; }
            drop_segment(*group);  // somebody has removed it, or put another there
        }
        return false;
    }

    spool_segment& segment() noexcept { return from_->segments.front(); }
    void settle(std::uint64_t events) noexcept { segment().events -= events; }
    void drop(std::uint64_t events) noexcept {
        waiting_ -= events;
        dropped_ += events;
    }

    void finish_segment() noexcept {
        folder_.remove(segment().name);
        drop_segment(*from_);
    }

    // The oldest segment is gone from the folder, and with it what waited there, except for the batch that is lent.
    void drop_segment(spool_group& group) noexcept {
        auto lost = group.segments.front().events;
        if (reading_ && from_ == &group) {
            if (lent_) { lost -= lent_events_; }
            reading_ = {};
        }
        drop(lost);
        group.segments.erase(group.segments.begin());
        if (group.segments.empty()) { group.lock = {}; }
    }

    spool_folder folder_;
    std::uint64_t max_bytes_;
    std::uint64_t segment_bytes_;
    spool_name name_;  // of the segment that this spool made last
    spool_group own_;
    spool_group adopted_;
    open_file reading_;  // the first segment of `from_`, at `at_`
    spool_group* from_ = nullptr;
    std::uint64_t at_ = 0;
    std::uint64_t lent_size_ = 0, lent_events_ = 0;  // the batch that `front` gave
    std::uint64_t waiting_ = 0, dropped_ = 0, adopted_events_ = 0;
    std::uint64_t newest_ = 0;
    std::uint64_t fork_mark_ = 0;
    int error_ = 0;
    bool lent_ = false;
    bool sealed_ = false;  // the last segment ends in what could not be taken back
};

}  // namespace sonde

#endif
