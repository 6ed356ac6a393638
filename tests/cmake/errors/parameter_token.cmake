# SPDX-License-Identifier: MIT
api_fixture(member TEMPLATE login PATH /login TOKEN token)
