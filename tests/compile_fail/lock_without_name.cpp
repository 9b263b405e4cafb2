// expect: mpilock: this backend's lock lacks `std::string_view name() const noexcept`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::driven,
                      archetypes::acquiring,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    using driven::driven;
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
