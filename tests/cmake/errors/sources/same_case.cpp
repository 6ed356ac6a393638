// SPDX-License-Identifier: MIT
API_TEST(other) {}
API_TEST(works) {}
