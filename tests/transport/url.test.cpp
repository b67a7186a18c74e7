// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/url.hpp>

#include <string>
#include <string_view>

using sonde::url;

namespace {

std::string whole(std::string_view text, bool allow_insecure = false) { return url(text, allow_insecure).with("/p"); }

// What is said of an address that is refused.
sonde::config_error refusal(std::string_view text) {
    try {
        url const accepted(text);
        return {"", accepted.with(""), "accepted"};
    } catch (sonde::config_error const& error) { return error; }
}

}  // namespace

TEST_CASE("an address has paths added to it") {
    CHECK(whole("https://example.com") == "https://example.com/p");
    CHECK(whole("https://example.com/") == "https://example.com/p");
    CHECK(whole("https://example.com:8443/api/v1///") == "https://example.com:8443/api/v1/p");
    CHECK(whole("HTTPS://example.com/a%20b") == "https://example.com/a%20b/p");
    CHECK(whole("https://example.com/a/?k=v&l=/") == "https://example.com/a/p?k=v&l=/");
    CHECK(url("https://example.com/a?k=v").shown_with("/p") == "https://example.com/a/p");
}

TEST_CASE("plain http is for this machine, unless more is allowed") {
    for (std::string_view const host :
         {"localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "[::1]", "[0:0:0:0:0:0:0:1]"}) {
        CAPTURE(host);
        CHECK_NOTHROW(url("http://" + std::string(host) + ":3002/api"));
    }
    for (std::string_view const host :
         {"example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "128.0.0.1", "0.0.0.0", "[::]",
          "[::2]", "[::ffff:10.0.0.1]", "xlocalhost", "localhosts", "127.example"}) {
        CAPTURE(host);
        auto const address = "http://" + std::string(host) + ":3002";
        CHECK_NOTHROW(url(address, true));
        CHECK_NOTHROW(url("https://" + std::string(host)));
        auto const error = refusal(address);
        CHECK(error.field() == "api_url");
        CHECK(error.value() == address);
        CHECK_THAT(error.bounds(), sonde::tests::contains_text("allow_insecure"));
    }
}

TEST_CASE("what is no address of a server is refused") {
    for (std::string_view const text :
         {"", " ", "localhost", "localhost:3002", "example.com/api", "/api/v1", "ftp://example.com",
          "file:///etc/passwd", "ws://example.com", "http://", "https://exa mple.com", "https://example.com:99999",
          "https://example.com:x", "https://[::1", "https://example.com/\r\nX-Header: 1", "javascript:alert(1)"}) {
        CAPTURE(text);
        auto const error = refusal(text);
        CHECK(error.field() == "api_url");
        CHECK_THAT(error.bounds(), sonde::tests::contains_text("an address such as https://"));
        CHECK(error.value().find('\n') == std::string::npos);
    }
    CHECK(refusal(std::string_view("https://example.com\0.evil.com", 29)).field() == "api_url");
    CHECK_THAT(refusal("https://example.com/#part").bounds(), sonde::tests::contains_text("fragment"));
    CHECK(refusal("localhost:3002").value() == "localhost:3002");
}

TEST_CASE("a refusal has no secrets in it") {
    for (std::string_view const text :
         {"https://user:secret@example.com/api?k=secret", "http://secret@example.com", "https://u:secret@exa mple.com/",
          "https://u:se?cret@example.com:x", "ftp://u:secret@example.com", "http://example.com/?token=secret",
          "u:secret@example.com", "https://example.com:x/?token=secret", "https://example.com/#secret"}) {
        CAPTURE(text);
        auto const error = refusal(text);
        CHECK(error.field() == "api_url");
        CHECK(std::string(error.what()).find("secret") == std::string::npos);
        CHECK(std::string(error.what()).find("cret@") == std::string::npos);
    }
    CHECK(refusal("https://user:secret@example.com/api").value() == "https://example.com/api");
    CHECK_THAT(refusal("https://user:secret@example.com/api").bounds(), sonde::tests::contains_text("user info"));
    CHECK(refusal("https://u:secret@exa mple.com/").value() == "https://...");
}
