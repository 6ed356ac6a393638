// SPDX-License-Identifier: MIT
API_TEST("shows the member") {}
