#pragma once
/// @file
/// @brief All states seen so far, stored exactly and compactly.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "mpilock/testing/checker/world.hpp"

namespace mpilock::testing {

/// Numbers sequences of integers. Equal sequences get the same number.
class numbering {
 public:
  explicit numbering(std::pmr::memory_resource& memory)
      : text_(&memory), places_(&memory), table_(1024, &memory) {}

  std::pair<std::uint32_t, bool> number_of(std::span<const std::uint64_t> key) {
    if (places_.size() * 10 >= table_.size() * 7) grow();
    std::size_t at = hash(key) & (table_.size() - 1);
    for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1))
      if (same(table_[at] - 1, key)) return {table_[at] - 1, false};
    const auto fresh = static_cast<std::uint32_t>(places_.size());
    places_.push_back({text_.size(), key.size()});
    text_.insert(text_.end(), key.begin(), key.end());
    table_[at] = fresh + 1;
    return {fresh, true};
  }

  std::span<const std::uint64_t> operator[](std::uint32_t number) const {
    return std::span(text_).subspan(places_[number].begin, places_[number].length);
  }
  std::size_t size() const { return places_.size(); }

 private:
  struct place {
    std::size_t begin;
    std::size_t length;
  };

  static std::uint64_t hash(std::span<const std::uint64_t> key) {
    std::uint64_t sum = 0x9e3779b97f4a7c15U + key.size();
    for (const std::uint64_t each : key) {
      sum = (sum ^ each) * 0xff51afd7ed558ccdU;
      sum ^= sum >> 32;
    }
    return sum;
  }

  bool same(std::uint32_t number, std::span<const std::uint64_t> key) const {
    const auto known = (*this)[number];
    return known.size() == key.size() &&
           std::memcmp(known.data(), key.data(), key.size_bytes()) == 0;
  }

  void grow() {
    table_.assign(table_.size() * 2, 0);
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      std::size_t at = hash((*this)[i]) & (table_.size() - 1);
      while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = i + 1;
    }
  }

  std::pmr::vector<std::uint64_t> text_;
  std::pmr::vector<place> places_;
  std::pmr::vector<std::uint32_t> table_;
};

/// A state is a few numbers: one for its words, one for each rank, and one for its messages. Most
/// of these parts recur, so a state costs little more than these numbers. This is the collapse
/// compression of Holzmann's SPIN ("State Compression in SPIN", 1997). No hash represents a state,
/// so no state is missed.
class state_store {
 public:
  using id = std::uint32_t;

  /// @param has_past whether states differ in what words held before
  state_store(int ranks, int words, bool has_past, std::pmr::memory_resource& memory)
      : ranks_(ranks),
        words_(words),
        has_past_(has_past),
        word_parts_(memory),
        rank_parts_(memory),
        message_parts_(memory),
        states_(memory) {}

  /// @return the state's number, and whether it is new
  std::pair<id, bool> insert(const world& state) {
    key_.clear();
    std::uint64_t pair = number_words(state);
    for (int i = 0; i < ranks_; ++i) {
      const std::uint64_t part = number_rank(state.ranks[static_cast<std::size_t>(i)]);
      if (i % 2 == 0) {
        key_.push_back(pair << 32 | part);
      } else {
        pair = part;
      }
    }
    key_.push_back(ranks_ % 2 == 0 ? pair << 32 | number_messages(state) : number_messages(state));
    return states_.number_of(key_);
  }

  world load(id number) const {
    world state;
    const auto key = states_[number];
    const auto part = [&](int i) {
      const std::uint64_t both = key[static_cast<std::size_t>(i / 2)];
      return static_cast<std::uint32_t>(i % 2 == 0 ? both >> 32 : both);
    };
    load_words(state, part(0));
    for (int i = 0; i < ranks_; ++i)
      load_rank(state.ranks[static_cast<std::size_t>(i)], part(1 + i));
    load_messages(state, static_cast<std::uint32_t>(key.back()));
    return state;
  }

  std::size_t size() const { return states_.size(); }

 private:
  std::uint32_t number_words(const world& state);
  std::uint32_t number_rank(const world::rank& state);
  std::uint32_t number_messages(const world& state);
  void load_words(world& state, std::uint32_t number) const;
  void load_rank(world::rank& state, std::uint32_t number) const;
  void load_messages(world& state, std::uint32_t number) const;

  int ranks_;
  int words_;
  bool has_past_;
  std::vector<std::uint64_t> key_;
  std::vector<std::uint64_t> part_;
  numbering word_parts_;
  numbering rank_parts_;
  numbering message_parts_;
  numbering states_;
};

inline std::uint32_t state_store::number_words(const world& state) {
  part_.clear();
  std::uint64_t carried = state.sections;
  for (int i = 0; i < words_; ++i) {
    const world::word& each = state.words[static_cast<std::size_t>(i)];
    part_.push_back(each.value);
    carried = carried << 8 | each.carries;
    if (i % 7 == 6 || i == words_ - 1) part_.push_back(std::exchange(carried, 0));
  }
  if (words_ == 0) part_.push_back(carried);
  for (std::size_t i = 0; has_past_ && i < static_cast<std::size_t>(words_); ++i) {
    const world::word& past = state.past[i];
    part_.push_back(past.value);
    part_.push_back(std::uint64_t{state.words[i].shows} << 32 | past.shows);
    part_.push_back(past.carries);
  }
  return word_parts_.number_of(part_).first;
}

inline void state_store::load_words(world& state, std::uint32_t number) const {
  const auto part = word_parts_[number];
  std::size_t at = 0;
  for (int first = 0; first < words_; first += 7) {
    const int last = std::min(first + 7, words_) - 1;
    for (int i = first; i <= last; ++i) state.words[static_cast<std::size_t>(i)].value = part[at++];
    std::uint64_t carried = part[at++];
    for (int i = last; i >= first; --i, carried >>= 8)
      state.words[static_cast<std::size_t>(i)].carries = static_cast<std::uint8_t>(carried);
    if (first == 0) state.sections = static_cast<std::uint8_t>(carried);
  }
  if (words_ == 0) state.sections = static_cast<std::uint8_t>(part[0]);
  for (std::size_t i = 0; has_past_ && i < static_cast<std::size_t>(words_); ++i) {
    const auto shows = part[at + 3 * i + 1];
    state.words[i].shows = static_cast<std::uint32_t>(shows >> 32);
    state.past[i] = {part[at + 3 * i], static_cast<std::uint8_t>(part[at + 3 * i + 2]),
                     static_cast<std::uint32_t>(shows)};
  }
}

inline std::uint32_t state_store::number_rank(const world::rank& state) {
  part_.clear();
  part_.push_back(std::uint64_t{state.at} << 32 | std::uint64_t{state.knows} << 24 |
                  std::uint64_t{state.sleeps_on} << 16 | std::uint64_t{state.count} << 8 |
                  (state.is_stopped ? 0x80U : 0U) | std::uint64_t{state.came_after} << 1 |
                  (state.waits ? 1U : 0U));
  part_.push_back(std::uint64_t{state.behind} << 16 | std::uint64_t{state.overtaken[0]} << 8 |
                  state.overtaken[1] | std::uint64_t{state.must_see} << 32);
  for (std::size_t i = 0; i < state.count; ++i) {
    const world::started& each = state.under_way[i];
    part_.push_back(each.operand);
    part_.push_back(each.result);
    part_.push_back(std::uint64_t{each.word} << 32 | std::uint64_t{each.op} << 16 |
                    std::uint64_t{each.carries} << 8 | (each.landed ? 1U : 0U));
  }
  return rank_parts_.number_of(part_).first;
}

inline void state_store::load_rank(world::rank& state, std::uint32_t number) const {
  const auto part = rank_parts_[number];
  state.at = static_cast<std::uint32_t>(part[0] >> 32);
  state.knows = static_cast<std::uint8_t>(part[0] >> 24);
  state.sleeps_on = static_cast<std::uint8_t>(part[0] >> 16);
  state.count = static_cast<std::uint8_t>(part[0] >> 8);
  state.is_stopped = (part[0] & 0x80) != 0;
  state.came_after = static_cast<std::uint8_t>((part[0] & 0x7f) >> 1);
  state.waits = (part[0] & 1) != 0;
  state.behind = static_cast<std::uint8_t>(part[1] >> 16);
  state.must_see = static_cast<std::uint32_t>(part[1] >> 32);
  state.overtaken = {static_cast<std::uint8_t>(part[1] >> 8), static_cast<std::uint8_t>(part[1])};
  for (std::size_t i = 0; i < state.count; ++i) {
    const std::uint64_t rest = part[4 + 3 * i];
    state.under_way[i] = {part[2 + 3 * i],
                          part[3 + 3 * i],
                          static_cast<std::uint16_t>(rest >> 32),
                          static_cast<std::uint8_t>(rest >> 16),
                          (rest & 1) != 0,
                          static_cast<std::uint8_t>(rest >> 8)};
  }
}

inline std::uint32_t state_store::number_messages(const world& state) {
  part_.clear();
  for (std::size_t i = 0; i < state.message_count; ++i) {
    const world::parcel& each = state.messages[i];
    part_.push_back(std::uint64_t{each.from} << 24 | std::uint64_t{each.to} << 16 |
                    std::uint64_t{each.age} << 8 | each.carries);
    part_.push_back(each.code);
  }
  return message_parts_.number_of(part_).first;
}

inline void state_store::load_messages(world& state, std::uint32_t number) const {
  const auto part = message_parts_[number];
  state.message_count = static_cast<std::uint8_t>(part.size() / 2);
  for (std::size_t i = 0; i < state.message_count; ++i) {
    const std::uint64_t head = part[2 * i];
    state.messages[i] = {
        static_cast<std::uint8_t>(head >> 24), static_cast<std::uint8_t>(head >> 16),
        static_cast<std::uint8_t>(head >> 8), static_cast<std::uint8_t>(head), part[2 * i + 1]};
  }
}

}  // namespace mpilock::testing
