// mpi-test: ranks=1,2,3 flavours=one
// A fence is collected only as the type that was shared, however similar the names of the types
// are.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everyone.hpp"
#include "mpilock/controller/type_name.hpp"

namespace {

using contracts::everyone_throws;
using mpilock::mismatch_error;
using mpilock::usage_error;

template <class A, class B>
struct holder {
  A a;
  B b;
};

using real = holder<int[3], double>;
using whole = holder<int[3], std::int64_t>;
const std::string end_of_real = "[3], double>";
const std::string end_of_whole =
    "[3], " + std::string(mpilock::detail::type_name<std::int64_t>()) + ">";

}  // namespace

MPILOCK_CONTRACT(a_type_that_differs_behind_a_bracket_is_another) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(real{{1, 2, 3}, 0.5});
  everyone_throws<usage_error>(users, {"holder<int", end_of_whole, "another type"},
                               [&] { fence.template collect<whole>(); });
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(ranks_that_collect_types_that_differ_behind_a_bracket_disagree) {
  if (users.size() == 1) return;
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(real{{1, 2, 3}, 0.5});
  everyone_throws<mismatch_error>(users, {end_of_real, end_of_whole}, [&] {
    users.rank() == 1 ? static_cast<void>(fence.template collect<whole>())
                      : static_cast<void>(fence.template collect<real>());
  });
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_type_with_brackets_arrives) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(std::vector<real>{{{1, 2, 3}, 0.5}});
  const auto got = fence.template collect<std::vector<real>>();
  BOOST_TEST(got.size() == 1U);
  BOOST_TEST((got[0].a[2] == 3 && got[0].b == 0.5));
}

MPILOCK_CONTRACT(text_arrives_as_a_string) {
  auto ctrl = mpilock::sync<backend>(users);
  const std::string literal = ctrl.single_write([] { return "a literal"; });
  BOOST_TEST(literal == "a literal");
  const std::string view = ctrl.single_write([] { return std::string_view("a view"); });
  BOOST_TEST(view == "a view");
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share("shared by hand");
  BOOST_TEST(fence.template collect<std::string>() == "shared by hand");
}

MPILOCK_CONTRACT(a_null_pointer_is_no_text) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto nothing = [] { return static_cast<const char*>(nullptr); };
  if (users.rank() == ctrl.root())
    contracts::throws_saying<usage_error>({"null pointer", "text"},
                                          [&] { ctrl.single_write(nothing); });
  else
    contracts::throws_saying<mpilock::writer_failed>({"null pointer", "text"},
                                                     [&] { ctrl.single_write(nothing); });
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(values_of_the_standard_library_arrive) {
  using table = std::map<std::string, std::optional<std::vector<int>>>;
  auto ctrl = mpilock::sync<backend>(users);
  const table got = ctrl.single_write([] { return table{{"empty", {}}, {"full", {{1, 2}}}}; });
  BOOST_TEST((got == table{{"empty", {}}, {"full", {{1, 2}}}}));
}
