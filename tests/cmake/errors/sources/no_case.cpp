// SPDX-License-Identifier: MIT
// API_TEST(works) {}
const char* text = "API_TEST(works)";
