#include "sim/record/recorder.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cassert>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "models/base/hash.h"
#include "sim/record/file_writer.h"

namespace cv2x {

namespace {

/// A chunk's worth of rows of one table, column by column.
struct Buffer {
  std::vector<std::byte> bytes;
  std::vector<std::byte*> columns;
};

/// Columns begin at different places of a 4 KiB page: with chunks of a power of two they would all compete
/// for the same cache lines otherwise.
constexpr std::size_t kSkew = 192;

Buffer make_buffer(const TableInfo& info) {
  Buffer b;
  std::size_t bytes = 0;
  for (const auto& c : info.columns) bytes += info.chunk_rows * size_of_type(c.type) + kSkew;
  b.bytes.resize(bytes);
  std::size_t at = 0;
  for (const auto& c : info.columns) {
    b.columns.push_back(b.bytes.data() + at);
    at += info.chunk_rows * size_of_type(c.type) + kSkew;
  }
  return b;
}

struct Job {
  enum Kind { kChunk, kFlush, kFinish, kStop } kind = kStop;
  std::size_t table = 0;
  std::uint64_t chunk = 0;
  std::size_t rows = 0;
  Buffer buffer = {};
  TimeNs now = 0;
  double wall_s = 0;
  std::string stopped = {};
};

/// Buffers a table may have besides the one being filled: what the writer may lag.
constexpr std::size_t kSpareBuffers = 2;

/// The thread that compresses and writes, and the bounded queue before it.
class Writer {
 public:
  Writer(const std::string& path, const RecordHeader& header)
      : path_(path), file_(path, header), made_(kTables), spare_(kTables) {
    // Signals (Ctrl-C, file too large) are for the thread that runs the simulation.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~Writer() { stop(); }

  /// Waits for a spare buffer of a table.
  Buffer take(std::size_t table) {
    std::unique_lock lock(mutex_);
    if (spare_[table].empty() && made_[table] <= kSpareBuffers) {
      ++made_[table];
      return make_buffer(all_tables()[table]);
    }
    spared_.wait(lock, [&] { return !spare_[table].empty(); });
    Buffer b = std::move(spare_[table].back());
    spare_[table].pop_back();
    return b;
  }
  void push(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    pushed_.notify_one();
  }
  /// Lets the thread do what is queued, and end.
  void stop() {
    if (!thread_.joinable()) return;
    push({});
    thread_.join();
  }
  void throw_if_failed() const {
    if (failed_.load(std::memory_order_acquire)) {
      throw UserError(Location{path_}, fmt::format("cannot go on writing the result: {}", error_));
    }
  }
  TimeNs flushed_ns() const { return flushed_ns_.load(std::memory_order_acquire); }

 private:
  void work() {
    for (;;) {
      Job job;
      {
        std::unique_lock lock(mutex_);
        pushed_.wait(lock, [&] { return !jobs_.empty(); });
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      if (job.kind == Job::kStop) return;
      if (!failed_.load(std::memory_order_relaxed)) {
        try {
          execute(job);
        } catch (const std::exception& error) {
          error_ = error.what();
          file_.abandon();
          failed_.store(true, std::memory_order_release);
        }
      }
      if (job.kind == Job::kChunk) {
        const std::lock_guard lock(mutex_);
        spare_[job.table].push_back(std::move(job.buffer));
        spared_.notify_one();
      }
    }
  }
  void execute(Job& job) {
    if (job.kind == Job::kChunk) {
      file_.write_chunk(job.table, job.chunk, job.rows, job.buffer.columns);
    } else if (job.kind == Job::kFlush) {
      file_.flush(job.now);
      flushed_ns_.store(job.now, std::memory_order_release);
    } else {
      file_.finish(job.now, job.wall_s, job.stopped);
    }
  }

  std::string path_;
  FileWriter file_;
  std::mutex mutex_;
  std::condition_variable pushed_, spared_;
  std::deque<Job> jobs_;
  std::vector<std::size_t> made_;
  std::vector<std::vector<Buffer>> spare_;
  std::atomic<bool> failed_ = false;
  std::string error_;  ///< written before failed_ is
  std::atomic<TimeNs> flushed_ns_ = -1;
  std::thread thread_;
};

/// The end of a table that is being filled.
struct Tail {
  Buffer buffer;
  std::uint64_t chunk = 0;
  std::size_t filled = 0;
  std::size_t safe = 0;  ///< rows of it handed over by a flush
};

}  // namespace

struct Recorder::Impl {
  Impl(const std::string& path, const RecordHeader& header) : writer(path, header) {
    for (std::size_t t = 0; t < kTables; ++t) tails[t].buffer = writer.take(t);
  }

  template <class Row>
  std::uint64_t append(const Row& row) {
    constexpr std::size_t kTable = table_index<Row>();
    constexpr std::size_t kRows = TableOf<Row>::kChunkRows;
    Tail& tail = tails[kTable];
    const std::uint64_t place = tail.chunk * kRows + tail.filled;
    std::byte* column = tail.buffer.bytes.data();
    for_each_column<Row>([&](const auto& c) {
      c.store(column, tail.filled, row);
      column += kRows * size_of_type(c.type()) + kSkew;
    });
    if (++tail.filled == kRows) hand_over(kTable);
    return place;
  }

  void hand_over(std::size_t table) {
    Tail& tail = tails[table];
    const std::size_t rows = std::exchange(tail.filled, 0);  // also when this throws: there is always room
    writer.throw_if_failed();
    Job job{.kind = Job::kChunk,
            .table = table,
            .chunk = tail.chunk,
            .rows = rows,
            .buffer = std::move(tail.buffer)};
    writer.push(std::move(job));
    tail.buffer = writer.take(table);
    ++tail.chunk;
    tail.safe = 0;
  }

  /// Hands over copies of chunks that are not full yet.
  void hand_over_tails() {
    writer.throw_if_failed();
    for (std::size_t t = 0; t < kTables; ++t) {
      Tail& tail = tails[t];
      if (tail.filled == tail.safe) continue;
      Buffer copy = writer.take(t);
      const TableInfo& info = all_tables()[t];
      for (std::size_t c = 0; c < info.columns.size(); ++c) {
        std::memcpy(copy.columns[c], tail.buffer.columns[c],
                    tail.filled * size_of_type(info.columns[c].type));
      }
      tail.safe = tail.filled;
      writer.push({.kind = Job::kChunk,
                   .table = t,
                   .chunk = tail.chunk,
                   .rows = tail.filled,
                   .buffer = std::move(copy)});
    }
  }

  void finish(TimeNs now, double wall_s, std::string_view stopped) {
    finished = true;
    hand_over_tails();
    writer.push({.kind = Job::kFinish, .now = now, .wall_s = wall_s, .stopped = std::string(stopped)});
    writer.stop();
    writer.throw_if_failed();
  }

  Writer writer;
  std::array<Tail, kTables> tails;
  TimeNs last_flush_ns = 0;
  bool finished = false;
};

Recorder::Recorder(const RecorderOptions& options, const RecordHeader& header)
    : mode_(options.mode),
      threshold_(options.fraction >= 1 ? ~std::uint64_t{0}
                                       : static_cast<std::uint64_t>(std::ldexp(options.fraction, 64))),
      impl_(std::make_unique<Impl>(options.path, header)) {
  assert(options.fraction >= 0 && options.fraction <= 1);
}

Recorder::~Recorder() {
  if (impl_->finished) return;
  try {
    impl_->finish(impl_->last_flush_ns, 0, "error");
  } catch (const std::exception&) {
    // Whoever could have been told has been told: calls before this one threw.
  }
}

bool Recorder::sampled(std::uint64_t root_id) const { return mix64(root_id) <= threshold_; }

std::uint64_t Recorder::stages(std::span<const StageEntry> entries) {
  const Tail& tail = impl_->tails[table_index<StageRow>()];
  const std::uint64_t first = tail.chunk * TableOf<StageRow>::kChunkRows + tail.filled;
  for (const StageEntry& e : entries) impl_->append(StageRow{e.stage, e.enter_ns});
  return first;
}

void Recorder::message(MessageRow row, std::span<const StageEntry> entries) {
  assert(entries.size() <= 255);
  row.first_stage = stages(entries);
  row.stages = static_cast<std::uint8_t>(entries.size());
  impl_->append(row);
}

void Recorder::task(TaskRow row, std::span<const StageEntry> entries) {
  assert(entries.size() <= 255);
  row.first_stage = stages(entries);
  row.stages = static_cast<std::uint8_t>(entries.size());
  impl_->append(row);
}

void Recorder::message(const MessageRow& row) { impl_->append(row); }
void Recorder::task(const TaskRow& row) { impl_->append(row); }
void Recorder::cell(const CellRow& row) { impl_->append(row); }
void Recorder::slice(const SliceRow& row) { impl_->append(row); }
void Recorder::link(const LinkRow& row) { impl_->append(row); }
void Recorder::host(const HostRow& row) { impl_->append(row); }
void Recorder::host_summary(const HostSummaryRow& row) { impl_->append(row); }
void Recorder::instances(const InstanceRow& row) { impl_->append(row); }
void Recorder::relocation(const RelocationRow& row) { impl_->append(row); }
void Recorder::vehicle(const VehicleRow& row) { impl_->append(row); }
void Recorder::event(const EventRow& row) { impl_->append(row); }
void Recorder::vehicle_name(const VehicleNameRow& row) { impl_->append(row); }
void Recorder::site(const SiteRow& row) { impl_->append(row); }
void Recorder::road_point(const RoadPointRow& row) { impl_->append(row); }
void Recorder::coverage(const CoverageRow& row) { impl_->append(row); }
void Recorder::sidelink(const SidelinkReceptionRow& row) { impl_->append(row); }
void Recorder::sidelink(const SidelinkGapRow& row) { impl_->append(row); }
void Recorder::sidelink(const SidelinkLoadRow& row) { impl_->append(row); }
void Recorder::sidelink(const SidelinkCbrRow& row) { impl_->append(row); }
void Recorder::sidelink(const SidelinkTotalRow& row) { impl_->append(row); }
void Recorder::summary(const ServiceSummaryRow& row) { impl_->append(row); }
void Recorder::stage_summary(const StageSummaryRow& row) { impl_->append(row); }
void Recorder::decision(const DecisionRow& row) { impl_->append(row); }
void Recorder::budget(const BudgetRow& row) { impl_->append(row); }
void Recorder::budget_stage(const BudgetStageRow& row) { impl_->append(row); }
void Recorder::budget_loss(const BudgetLossRow& row) { impl_->append(row); }
void Recorder::histogram(const HistogramRow& row) { impl_->append(row); }
void Recorder::latency_cell(const LatencyCellRow& row) { impl_->append(row); }

void Recorder::flush(TimeNs now) {
  impl_->last_flush_ns = now;
  impl_->hand_over_tails();
  impl_->writer.push({.kind = Job::kFlush, .now = now});
}

TimeNs Recorder::flushed_ns() const { return impl_->writer.flushed_ns(); }

void Recorder::finish(TimeNs now, double wall_s, std::string_view stopped) {
  impl_->finish(now, wall_s, stopped);
}

}  // namespace cv2x
