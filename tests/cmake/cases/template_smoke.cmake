# SPDX-License-Identifier: MIT
ctest(-R "assets|wrong_")
expect_code(8)
expect_result(assets.answers Passed)
expect_result(wrong_status.answers Failed)
expect("REQUIRE( 404 == 200 )")
expect_result(wrong_json.answers Failed)
expect("at /method")
expect([[CHECK( "GET" == "POST" )]])
