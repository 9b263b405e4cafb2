#pragma once
/// @file
/// @brief Traces for OpenTelemetry.
/// @ingroup observing

#include <mpi.h>

#include <cstdint>
#include <string>

#include "mpilock/observing/clock_alignment.hpp"
#include "mpilock/observing/json_text.hpp"
#include "mpilock/observing/span_recorder.hpp"
#include "mpilock/observing/trace_file.hpp"
#include "mpilock/version.hpp"

namespace mpilock {
namespace detail {

/// The spans of one rank as a member of `resourceSpans`.
class otlp_text {
 public:
  otlp_text(const clock_alignment& clocks, int rank, std::uint64_t trace)
      : clocks_(clocks), rank_(static_cast<std::uint64_t>(rank)), trace_(trace) {}

  std::string of(const span_recorder& recorder) {
    for (const span& each : recorder.spans()) add(each);
    return R"({"resource":{"attributes":[)" + text("service.name", "mpilock") + ',' +
           integer("mpi.rank", rank_) + ',' + integer("mpilock.dropped_spans", recorder.dropped()) +
           R"(]},"scopeSpans":[{"scope":{"name":"mpilock","version":")" MPILOCK_VERSION_STRING
           R"("},"spans":[)" +
           spans_ + "]}]}";
  }

 private:
  /// Adds a section and, inside it, the wait for it. Of a failed attempt, adds only the wait.
  void add(const span& each) {
    const std::string name = each.request.kind == access::read ? "mpilock.read" : "mpilock.write";
    const std::uint64_t section = 2 * each.number + 2;
    const std::uint64_t around = each.parent == span::none ? 0 : 2 * each.parent + 2;
    if (!each.refused) append(name, section, around, each.request.when, each.ended, each);
    if (each.refused || !each.request.nested)
      append(name + ".wait", section + 1, each.refused ? around : section, each.request.when,
             each.refused ? each.ended : each.granted, each);
  }

  void append(const std::string& name, std::uint64_t id, std::uint64_t parent,
              span::time_point begin, span::time_point end, const span& each) {
    if (!spans_.empty()) spans_ += ',';
    spans_ += R"({"traceId":")" + hexadecimal(trace_) + hexadecimal(~trace_) + R"(","spanId":")" +
              span_id(id) + '"';
    if (parent != 0) spans_ += R"(,"parentSpanId":")" + span_id(parent) + '"';
    spans_ += R"(,"name":")" + name + R"(","kind":1,"startTimeUnixNano":")" +
              std::to_string(clocks_.unix_time(begin)) + R"(","endTimeUnixNano":")" +
              std::to_string(clocks_.unix_time(end)) + R"(","attributes":[)" + attributes(each) +
              "]}";
  }

  std::string attributes(const span& each) const {
    const event& what = each.request;
    return text("mpilock.lock", what.lock) + ',' + integer("mpi.rank", rank_) + ',' +
           truth("mpi.master", what.rank == what.root) + ',' +
           truth("mpilock.nested", what.nested) + ',' + truth("mpilock.upgraded", what.upgraded) +
           ',' + truth("mpilock.granted", !each.refused) + ',' +
           text("code.file.path", what.from.file) + ',' +
           integer("code.line.number", what.from.line) + ',' +
           text("code.function.name", what.from.function);
  }

  std::string span_id(std::uint64_t id) const { return hexadecimal((rank_ + 1) << 40 | id); }

  static std::string text(const char* key, std::string_view value) {
    return member(key, R"({"stringValue":)" + json_text(value) + '}');
  }
  static std::string integer(const char* key, std::uint64_t value) {
    return member(key, R"({"intValue":")" + std::to_string(value) + "\"}");
  }
  static std::string truth(const char* key, bool value) {
    return member(key, value ? R"({"boolValue":true})" : R"({"boolValue":false})");
  }
  static std::string member(const char* key, const std::string& value) {
    return R"({"key":")" + std::string(key) + R"(","value":)" + value + '}';
  }

  const clock_alignment& clocks_;
  std::uint64_t rank_;
  std::uint64_t trace_;
  std::string spans_;
};

}  // namespace detail

/// Collective over `comm`. Writes the spans of each rank's recorder as one line of OTLP/JSON, which
/// the file receiver of an OpenTelemetry collector reads. Sections that are still open are left
/// out.
///
/// Spans have the names that the Python package uses. `mpilock.read` and `mpilock.write` last from
/// the request to the release. A child, `….wait`, lasts from the request to the grant. The
/// attributes of the Python package are `mpi.rank`, `mpi.master` (whether the rank is the root),
/// `mpilock.nested`, and `mpilock.upgraded`. In addition, a span has `mpilock.granted` and the call
/// site.
/// @param comm the communicator whose ranks call this
/// @param recorder this rank's recorder, an observer of one or more controllers
/// @param path the path of the file, which `root` writes
/// @param root the rank that writes the file, and whose clock is used
/// @throws usage_error if `comm` is not a communicator of a running MPI. On every rank, if `root`
/// is not a rank of `comm`.
/// @throws mismatch_error on every rank if the ranks pass different roots
/// @throws error on every rank if the file can't be written
inline void write_otlp(MPI_Comm comm, const span_recorder& recorder, const std::string& path,
                       int root = 0) {
  detail::trace_file file("write_otlp", comm, root, path);
  const clock_alignment clocks(file.comm(), root);
  detail::otlp_text mine(clocks, file.rank(), file.agreed(clocks.unix_time({})));
  file.write(R"({"resourceSpans":[)", mine.of(recorder), "]}\n");
}

}  // namespace mpilock
