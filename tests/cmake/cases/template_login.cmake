# SPDX-License-Identifier: MIT
# The body in the environment, its quotes and backslash as JSON has them.
set(ENV{SECRET} [[open "sesame" \]])
ctest(-R "^members|^late_member")
expect_result(member.setup Passed)
expect_result(plain_member.setup Passed)
expect_result(members.share_the_login Passed)
expect_result(members.may_send_plain_text Passed)
ctest(-R "late_member|server")
expect_result(late_member.setup Failed)
expect("login ready after")
expect("3 attempts")
expect("/token")

# The value from the environment is a secret, also where nothing else says so.
set(ENV{SECRET} "hunter-5550199")
ctest(-R "failing_member")
expect_result(failing_member.setup Failed)
expect("/pin")
expect_not("hunter")

unset(ENV{SECRET})
ctest(-R "^members")
expect_code(8)
expect("BODY has {env:SECRET}, but the environment of ctest has no SECRET. Set it and run ctest again")
expect_result(members.share_the_login "Not Run")
