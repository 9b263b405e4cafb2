#pragma once
/// @file
/// @brief Traces for Perfetto and chrome://tracing.
/// @ingroup observing

#include <mpi.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "mpilock/observing/clock_alignment.hpp"
#include "mpilock/observing/json_text.hpp"
#include "mpilock/observing/span_recorder.hpp"
#include "mpilock/observing/trace_file.hpp"

namespace mpilock {
namespace detail {

/// The spans of one rank as members of `traceEvents`. The picture has one line per rank.
class perfetto_text {
 public:
  /// @param beginning the start of the time line, in nanoseconds since 1970
  perfetto_text(const clock_alignment& clocks, int rank, std::int64_t beginning)
      : clocks_(clocks), rank_(rank), beginning_(beginning) {}

  std::string of(const span_recorder& recorder) {
    events_ = R"({"ph":"M","name":"thread_name","pid":0,"tid":)" + std::to_string(rank_) +
              R"(,"args":{"name":"rank )" + std::to_string(rank_) + R"(","dropped_spans":)" +
              std::to_string(recorder.dropped()) + R"(,"clock_uncertainty_us":)" +
              microseconds(clocks_.uncertainty().count()) + "}}";
    for (const span& each : recorder.spans()) {
      const std::string name = each.request.kind == access::read ? "mpilock.read" : "mpilock.write";
      if (!each.refused) append(name, each.request.when, each.ended, each);
      if (each.refused || !each.request.nested)
        append(name + ".wait", each.request.when, each.refused ? each.ended : each.granted, each);
    }
    return events_;
  }

  /// The earliest request of a rank, in nanoseconds since 1970, or `otherwise` if that is earlier.
  static std::int64_t earliest(const clock_alignment& clocks, const span_recorder& recorder,
                               std::int64_t otherwise) {
    for (const span& each : recorder.spans())
      otherwise = std::min(otherwise, clocks.unix_time(each.request.when));
    return otherwise;
  }

 private:
  void append(const std::string& name, span::time_point begin, span::time_point end,
              const span& each) {
    const event& what = each.request;
    const auto truth = [](bool value) { return value ? "true" : "false"; };
    events_ +=
        R"(,{"ph":"X","cat":"mpilock","name":")" + name + R"(","pid":0,"tid":)" +
        std::to_string(rank_) + R"(,"ts":)" + microseconds(clocks_.unix_time(begin) - beginning_) +
        R"(,"dur":)" + microseconds(std::chrono::nanoseconds(end - begin).count()) +
        R"(,"args":{"mpilock.lock":)" + json_text(what.lock) + R"(,"mpi.rank":)" +
        std::to_string(rank_) + R"(,"mpi.master":)" + truth(what.rank == what.root) +
        R"(,"mpilock.nested":)" + truth(what.nested) + R"(,"mpilock.upgraded":)" +
        truth(what.upgraded) + R"(,"mpilock.granted":)" + truth(!each.refused) + R"(,"place":)" +
        json_text(std::string(what.from.file) + ':' + std::to_string(what.from.line)) + "}}";
  }

  static std::string microseconds(std::int64_t nanoseconds) {
    const std::string rest = std::to_string(1000 + nanoseconds % 1000);
    return std::to_string(nanoseconds / 1000) + '.' + rest.substr(1);
  }

  const clock_alignment& clocks_;
  int rank_;
  std::int64_t beginning_;
  std::string events_;
};

}  // namespace detail

/// Collective over `comm`. Writes the spans of each rank's recorder in Chrome's trace event format,
/// which ui.perfetto.dev and chrome://tracing show. All ranks are on one time line, by the root's
/// clock. Sections that are still open are left out. Names and arguments are those of `write_otlp`.
/// @param comm the communicator whose ranks call this
/// @param recorder this rank's recorder, an observer of one or more controllers
/// @param path the path of the file, which `root` writes
/// @param root the rank that writes the file, and whose clock is used
/// @throws usage_error if `comm` is not a communicator of a running MPI. On every rank, if `root`
/// is not a rank of `comm`.
/// @throws mismatch_error on every rank if the ranks pass different roots
/// @throws error on every rank if the file can't be written
inline void write_perfetto(MPI_Comm comm, const span_recorder& recorder, const std::string& path,
                           int root = 0) {
  detail::trace_file file("write_perfetto", comm, root, path);
  const clock_alignment clocks(file.comm(), root);
  const std::int64_t now = clocks.unix_time(std::chrono::steady_clock::now());
  const std::int64_t beginning = file.least(detail::perfetto_text::earliest(clocks, recorder, now));
  detail::perfetto_text mine(clocks, file.rank(), beginning);
  file.write(R"({"displayTimeUnit":"ns","traceEvents":[)"
             R"({"ph":"M","name":"process_name","pid":0,"args":{"name":"mpilock"}},)",
             mine.of(recorder), "]}\n");
}

}  // namespace mpilock
