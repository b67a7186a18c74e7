// SPDX-License-Identifier: MIT
// The address of a server, checked.
#ifndef SONDE_TRANSPORT_URL_HPP
#define SONDE_TRANSPORT_URL_HPP

#include <sonde/event/exception.hpp>

#include <curl/curl.h>

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace sonde {

namespace transport_impl {

// An address as libcurl reads it, so that what is checked is what is connected to.
class parsed_url {
public:
    explicit parsed_url(std::string_view text) : handle_(curl_url()) {
        good_ = text.find('\0') == text.npos &&
                curl_url_set(handle_, CURLUPART_URL, std::string(text).c_str(), 0) == CURLUE_OK;
    }
    parsed_url(parsed_url const&) = delete;  // it owns the handle
    parsed_url& operator=(parsed_url const&) = delete;
    ~parsed_url() { curl_url_cleanup(handle_); }

    explicit operator bool() const noexcept { return good_; }
    [[nodiscard]] bool has(CURLUPart part) const { return !get(part).empty(); }
    [[nodiscard]] std::string get(CURLUPart part) const {
        char* text = nullptr;
        if (curl_url_get(handle_, part, &text, 0) != CURLUE_OK) { return {}; }
        std::string copy(text);
        curl_free(text);
        return copy;
    }
    void drop(CURLUPart part) noexcept { curl_url_set(handle_, part, nullptr, 0); }

private:
    CURLU* handle_;
    bool good_ = false;
};

// Told by the host's text alone: a name that leads to this machine today may lead elsewhere tomorrow.
inline bool is_loopback(std::string const& host) noexcept {
    in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) { return ntohl(four.s_addr) >> 24 == 127; }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        in6_addr six{};
        return ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &six) == 1 &&
               std::memcmp(&six, &in6addr_loopback, sizeof six) == 0;
    }
    constexpr std::string_view name = "localhost";
    if (host.size() != name.size()) { return false; }
    for (std::size_t i = 0; i != name.size(); ++i) {
        if ((host[i] | 0x20) != name[i]) { return false; }
    }
    return true;
}

}  // namespace transport_impl

/// An http or https address that paths are added to.
/// *Errors*: `config_error` of the field `api_url` when constructed from anything else, from one with user info or a
/// fragment, or, unless `allow_insecure`, from plain http to a host that is not this machine (127.0.0.0/8, ::1, localhost).
class url {
public:
    explicit url(std::string_view text, bool allow_insecure = false) {
        transport_impl::parsed_url parsed(text);
        auto const scheme = parsed ? parsed.get(CURLUPART_SCHEME) : std::string();
        if (scheme != "http" && scheme != "https") {
            refuse(parsed, text, "an address such as https://example.com/api/v1");
        }
        if (parsed.has(CURLUPART_USER) || parsed.has(CURLUPART_PASSWORD) || parsed.has(CURLUPART_OPTIONS)) {
            refuse(parsed, text, "an address without user info");
        }
        if (parsed.has(CURLUPART_FRAGMENT)) { refuse(parsed, text, "an address without a fragment"); }
        if (scheme == "http" && !allow_insecure && !transport_impl::is_loopback(parsed.get(CURLUPART_HOST))) {
            refuse(parsed, text, "https for a host that is not this machine, unless allow_insecure is set");
        }
        query_ = parsed.get(CURLUPART_QUERY);
        if (!query_.empty()) { query_.insert(0, "?"); }
        shown_ = shown(parsed);
    }

    /// The address with `path`, which begins with a slash, behind its own.
    [[nodiscard]] std::string with(std::string_view path) const { return shown_ + std::string(path) + query_; }
    /// The same without its query, which may hold secrets: for people.
    [[nodiscard]] std::string shown_with(std::string_view path) const { return shown_ + std::string(path); }

private:
    static std::string shown(transport_impl::parsed_url& parsed) {
        for (auto const part :
             {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
            parsed.drop(part);
        }
        auto text = parsed.get(CURLUPART_URL);
        while (text.ends_with('/')) { text.pop_back(); }
        return text;
    }

    static void refuse(transport_impl::parsed_url& parsed, std::string_view text, std::string_view bounds) {
        if (parsed) { raise(config_error("api_url", shown(parsed), bounds)); }
        // Where what can't be read has its secrets, nobody knows.
        auto const secret = text.find_first_of("@?#");
        auto const scheme = text.find("://");
        std::string value(secret == text.npos ? text
                          : scheme < secret   ? text.substr(0, scheme + 3)
                                              : std::string_view());
        if (secret != text.npos) { value += "..."; }
        for (auto& each : value) { each = each >= ' ' && each != '\x7F' ? each : '?'; }
        raise(config_error("api_url", value, bounds));
    }

    std::string shown_, query_;
};

}  // namespace sonde

#endif
