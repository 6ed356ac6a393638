// SPDX-License-Identifier: MIT
API_FIXTURE(shop) {}
API_FIXTURE(member) {}
