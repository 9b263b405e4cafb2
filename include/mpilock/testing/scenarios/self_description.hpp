#pragma once
/// @file
/// @brief What a controller says of itself.
/// @ingroup testing

#include <string>
#include <string_view>

#include "mpilock/testing/stage.hpp"

namespace mpilock::testing::scenarios {

struct self_description {
  static constexpr std::string_view name = "self_description";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    on.expect(ctrl.rank() == rank_in(on.world()));
    on.expect(ctrl.size() == size_of(on.world()));
    on.expect(ctrl.name() == on.name());
    on.expect(!ctrl.closed());
    const std::string backend(ctrl.backend_name());
    if (on.size() == 1 || !is_named<typename Stage::backend>("automatic"))
      on.expect(backend == Stage::backend::name);
    else if (on.is_on_one_node())
      on.expect(backend == "shared_memory");
    else
      on.expect((backend == "rma_window" ||
                 (backend == "two_sided" && Stage::progress::thread_level == MPI_THREAD_MULTIPLE)));
  }
};

}  // namespace mpilock::testing::scenarios
