// SPDX-License-Identifier: MIT
const char* a = "API_TEST(no_string) {}"; API_TEST(after_string) {}
const char* b = "\" API_TEST(no_escaped_quote) \\"; API_TEST(after_escapes) {}
const char* c = "//"; API_TEST(after_slashes) {}
const char* d = "/*"; API_TEST(after_star) {}
char e = '"'; API_TEST(after_quote_character) {} char f = '\''; API_TEST(after_apostrophe) {}
char g = '\\'; API_TEST(after_backslash) {}
int h = 1'000'000; API_TEST(after_separators) {} int i = 0xFF'FFu; API_TEST(after_hex) {}
double j = 1'0.5'0e1'0; API_TEST(after_floating) {} int k = 0b1'0;
auto l = u8'a'; API_TEST(after_prefix) {} auto m = L'1'; API_TEST(after_wide) {}
auto n = x1'a'; API_TEST(after_name_with_digit) {}
const char* o = R"(API_TEST(no_raw) " ' // /* )"; API_TEST(after_raw) {}
const char* p = R"x(
API_TEST(no_raw_line) {}
)" API_TEST(no_raw_end_of_another) )x"; API_TEST(after_raw_with_delimiter) {}
const char* q = u8R"--(
# " ' ;
)--"; API_TEST(after_raw_with_prefix) {}
const char* r = "R"; const char* s = NOT_R"(plain, API_TEST(no_plain)"; API_TEST(after_name_that_ends_in_r) {}
const char* t = "" "x" "" ; API_TEST(after_empty_strings) {}
const char* u = "one \
API_TEST(no_string_line) two"; API_TEST(after_spliced_string) {}
void v() { list[0] = map[{"a;b"}]; } API_TEST(after_brackets) {}
const char* w = "[[["; API_TEST(after_open_brackets) {} const char* x = "ü ; €"; API_TEST(after_unicode) {}
