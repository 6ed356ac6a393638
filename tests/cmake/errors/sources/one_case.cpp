// SPDX-License-Identifier: MIT
API_TEST(works) {}
