// SPDX-License-Identifier: MIT
// The sink that is not there: what reports to it compiles to the bare call.
#ifndef SONDE_SINK_NULL_HPP
#define SONDE_SINK_NULL_HPP

namespace sonde {

namespace sink_impl {
struct ignored {
    constexpr ignored() noexcept = default;
    template <class... Values>
    constexpr ignored(Values const&...) noexcept {}
};
}  // namespace sink_impl

/// Takes every event and does nothing with it. Code that decorates for it is the undecorated code.
/// *Thread safety*: any.
struct null_sink {
    static constexpr bool enabled = false;

    /// The options of the other sinks, in their order, so that switching off is one line; all are ignored.
    struct options {
        sink_impl::ignored path = {}, max_file_bytes = {}, max_files = {}, stream = {}, colour = {}, api_url = {},
                           api_key = {}, authentication = {}, batch_size = {}, max_body_bytes = {}, timeout = {},
                           retry_attempts = {}, spool_dir = {}, spool_max_bytes = {}, redact_keys = {}, gzip = {},
                           allow_insecure = {}, ca_file = {}, debug = {}, max_value_bytes = {}, on_error = {},
                           flush_interval = {}, queue_bytes = {}, durability = {};
    };

    template <class... Options>
    constexpr explicit null_sink(Options const&...) noexcept {}

    template <class Event>
    constexpr void consume(Event const&) const noexcept {}
};

}  // namespace sonde

#endif
