#pragma once
/// @file
/// @brief The link between a controller and the fence that is open on this rank.
/// @ingroup controller

#include <utility>

namespace mpilock::detail {

class fence_link;

/// The controller's end. It leads to the fence that is open on this rank, if there is one.
class fence_holder {
 public:
  fence_holder() = default;
  ~fence_holder() { lose(); }
  fence_holder(const fence_holder&) = delete;
  fence_holder& operator=(const fence_holder&) = delete;

  bool has_open_fence() const noexcept { return link_ != nullptr; }

  /// The controller closes before the fence ends. The fence then counts as ended.
  void lose() noexcept;

 private:
  friend class fence_link;
  fence_link* link_ = nullptr;
};

/// The fence's end. It is set for as long as the fence may use the controller, which may end first.
class fence_link {
 public:
  /// The controller does not know of the fence until `open`.
  explicit fence_link(fence_holder& holder) noexcept : holder_(&holder) {}
  fence_link(fence_link&& from) noexcept : holder_(std::exchange(from.holder_, nullptr)) {
    if (is_set()) open();
  }
  fence_link& operator=(fence_link&&) = delete;

  bool is_set() const noexcept { return holder_ != nullptr; }

  void open() noexcept { holder_->link_ = this; }

  /// The fence ends.
  void end() noexcept { std::exchange(holder_, nullptr)->link_ = nullptr; }

 private:
  friend class fence_holder;
  fence_holder* holder_;
};

inline void fence_holder::lose() noexcept {
  if (link_ != nullptr) link_->holder_ = nullptr;
  link_ = nullptr;
}

}  // namespace mpilock::detail
