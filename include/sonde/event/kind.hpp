// SPDX-License-Identifier: MIT
// What kind of work a call or a span is, and what follows from it.
#ifndef SONDE_EVENT_KIND_HPP
#define SONDE_EVENT_KIND_HPP

#include <cstdint>
#include <string_view>

namespace sonde {

enum class kind : std::uint8_t { function, tool, model, agent, retrieval, handler };

constexpr std::string_view to_text(kind value) noexcept {
    switch (value) {
    case kind::function:
        return "function";
    case kind::tool:
        return "tool";
    case kind::model:
        return "model";
    case kind::agent:
        return "agent";
    case kind::retrieval:
        return "retrieval";
    case kind::handler:
        return "handler";
    }
    return "function";
}

/// The event type of a call of this kind, unless its site says otherwise.
constexpr std::string_view default_event_type(kind value) noexcept {
    switch (value) {
    case kind::function:
        return "function_call";
    case kind::tool:
        return "tool_call";
    case kind::model:
        return "model_call";
    case kind::agent:
        return "agent_call";
    case kind::retrieval:
        return "retrieval_call";
    case kind::handler:
        return "handler_call";
    }
    return "function_call";
}

/// The channel of this kind, unless its site says otherwise.
constexpr std::string_view default_channel(kind value) noexcept {
    switch (value) {
    case kind::function:
        return "FUNCTION";
    case kind::tool:
        return "TOOL";
    case kind::model:
        return "LLM";
    case kind::agent:
        return "AGENT";
    case kind::retrieval:
        return "RETRIEVAL";
    case kind::handler:
        return "API";
    }
    return "FUNCTION";
}

}  // namespace sonde

#endif
