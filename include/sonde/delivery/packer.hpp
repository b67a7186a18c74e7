// SPDX-License-Identifier: MIT
// Makes batches of text from records.
#ifndef SONDE_DELIVERY_PACKER_HPP
#define SONDE_DELIVERY_PACKER_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/codec/wire_event.hpp>
#include <sonde/context/id_source.hpp>
#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/dispatcher.hpp>
#include <sonde/delivery/drop_notice.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/record.hpp>
#include <sonde/delivery/ring.hpp>
#include <sonde/delivery/spilled_record.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/transport/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace sonde {

/// Encodes records into the open batch, closes it when it is full or when told to, and hands it to the dispatcher.
/// *Errors*: nothing is thrown; an event for which there is no memory is counted.
/// *Thread safety*: the worker's.
template <codec Codec, transport Transport>
class packer {
public:
    packer(Codec const& codec, Transport& to, counters& counts, error_handler const& on_error, batching const& plan)
        : codec_(codec), counters_(counts), plan_(plan), dispatch_(to, counts, on_error, plan) {}
    packer(packer const&) = delete;  // owns a batch
    packer& operator=(packer const&) = delete;
    ~packer() {
        text_.reset();
        delete open_;
    }

    [[nodiscard]] dispatcher<Transport>& dispatch() noexcept { return dispatch_; }
    [[nodiscard]] dispatcher<Transport> const& dispatch() const noexcept { return dispatch_; }
    /// Whether what waits to be sent takes all the memory it may.
    [[nodiscard]] bool full() const noexcept {
        return dispatch_.bytes() + (open_ == nullptr ? 0 : open_->footprint()) >= plan_.outbox_bytes;
    }
    /// Whether the open batch alone does, so that there is no room until it goes.
    [[nodiscard]] bool fills_up() const noexcept { return dispatch_.idle() && full(); }
    [[nodiscard]] bool empty() const noexcept { return open_events() == 0 && dispatch_.idle(); }
    [[nodiscard]] std::uint64_t open_events() const noexcept { return open_ == nullptr ? 0 : open_->events; }
    [[nodiscard]] std::uint64_t events() const noexcept { return open_events() + dispatch_.events(); }
    /// The number of the batch closed last.
    [[nodiscard]] std::uint64_t last_closed() const noexcept { return last_closed_; }

    /// Encodes what `record` holds, and frees what of it lies outside of the ring.
    void add(ring::record const& record) noexcept {
        switch (form_of(record)) {
        case delivery_impl::record_form::event:
            return add_event(record.data);
        case delivery_impl::record_form::text:
            return add_text([&](text_writer& out) { out.text(text_layout::text_of(record.data, record.size)); });
        case delivery_impl::record_form::spilled:
            auto const spilled = spilled_record::in(record);
            add({spilled.data, spilled.size});
            return free_spilled(record);
        }
    }

    /// An event that says how many were lost, and why.
    void add_notice(drop_counts const& drops) noexcept {
        add_text([&](text_writer& out) {
            std::string text;
            encode_drop_notice(codec_, agent_id_, drops, text);
            out.text(text);
        });
    }

    /// What was added goes on its way.
    void close() noexcept {
        if (open_events() == 0) { return; }
        text_.reset();  // the batch's text now ends where it ends
        open_->number = ++last_closed_;
        open_->key = new_trace_id();
        dispatch_.add(open_);
        open_ = nullptr;
    }

private:
    // A codec that remembers what events have in common encodes for one thread; others encode into a string.
    static constexpr bool remembers = requires { typename Codec::memory; };
    struct nothing {};
    template <class Of, bool There>
    struct memory_of : std::type_identity<nothing> {};
    template <class Of>
    struct memory_of<Of, true> : std::type_identity<typename Of::memory> {};

    void add_event(unsigned char const* record) noexcept {
        if constexpr (requires(wire_event const& event, std::string& out) { codec_.write(event, out); }) {
            read_record(record, [&](wire_event const& event) {
                if (agent_id_.empty()) {
                    meta::catching([&] { agent_id_ = event.from->agent_id; }, [] {});
                }
                add_text([&](text_writer& out) {
                    if constexpr (remembers) {
                        codec_.write(event, out, &memory_);
                    } else {
                        scratch_.clear();
                        codec_.write(event, scratch_);
                        out.text(scratch_);
                    }
                });
            });
        }
    }

    template <class Write>
    void add_text(Write&& write) noexcept {
        if (!open()) { return counters_.encoding_failed.add(); }
        auto const before = text_->position();
        if (!meta::catching([&] { return write(*text_), true; }, [] { return false; })) {
            text_->back_to(before);
            return counters_.encoding_failed.add();
        }
        text_->keep();
        if (text_->position() > plan_.batch_bytes && open_->events != 0) { move_last(before); }
        ++open_->events;
        if (open_->events == plan_.batch_size || (text_ && text_->position() >= plan_.batch_bytes)) { close(); }
    }

    // Whether there is a batch to add to, whose text is `text_` for as long as it is the open one.
    bool open() noexcept {
        if (text_) [[likely]] { return true; }
        if (open_ == nullptr) { open_ = dispatch_.blank(); }
        return open_ != nullptr &&
               meta::catching([&] { return text_.emplace(open_->text), true; }, [] { return false; });
    }

    // The last event is one too many.
    void move_last(std::size_t before) noexcept {
        auto* const further = dispatch_.blank();
        auto const moved =
            further != nullptr &&
            meta::catching([&] { return further->text = text_->since(before), true; }, [] { return false; });
        if (!moved) { return delete further; }  // then it stays: a batch that is too large may still be taken
        text_->back_to(before);
        text_->keep();
        close();
        open_ = further;
        static_cast<void>(open());
    }

    Codec const& codec_;
    counters& counters_;
    batching const& plan_;
    dispatcher<Transport> dispatch_;
    batch* open_ = nullptr;
    std::optional<text_writer> text_;  // of the open batch
    [[no_unique_address]] typename memory_of<Codec, remembers>::type memory_;
    std::string scratch_;
    std::uint64_t last_closed_ = 0;
    std::string agent_id_;
};

}  // namespace sonde

#endif
