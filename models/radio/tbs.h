#pragma once

#include <cstdint>

#include "models/radio/mcs.h"

namespace cv2x::radio {

/// What a transport block is sent on.
struct Allocation {
  int prbs = 1;
  int symbols = 14;             ///< of the shared channel in the slot
  int dmrs_re_per_prb = 12;     ///< resource elements a PRB that DMRS (and its CDM groups without data) take
  int overhead_re_per_prb = 0;  ///< xOverhead: 0, 6, 12 or 18
  int layers = 1;
};

/// Resource elements for data, N_RE = min(156, 12·symbols − DMRS − overhead) · PRBs (TS 38.214 §5.1.3.2 step
/// 1).
int resource_elements(const Allocation& allocation);

/// Transport block size [bit], TS 38.214 V17 §5.1.3.2, exact. 0 when there are no resource elements.
/// Left out: the scaling factor of table 5.1.3.2-2 (paging, random access).
std::int64_t transport_block_bits(const Allocation& allocation, const Mcs& mcs);

/// Fewest PRBs, 1 … max_prbs, whose transport block carries `bytes`; 0 when not even max_prbs do.
/// `allocation.prbs` is not read.
int prbs_for(std::int64_t bytes, Allocation allocation, const Mcs& mcs, int max_prbs);

/// How a transport block is cut into LDPC code blocks.
struct Segmentation {
  int base_graph = 1;       ///< 1 or 2
  int code_blocks = 1;      ///< C
  int code_block_bits = 0;  ///< K': bits of a code block with CRC, before filler bits
  int lifting_size = 0;     ///< Zc
  int padded_bits = 0;      ///< K: with filler bits, 22·Zc or 10·Zc
};

/// LDPC base graph, 1 or 2, of a transport block (TS 38.212 V17 §7.2.2).
int base_graph(std::int64_t tb_bits, double rate);

/// Zc of code blocks of K' = `code_block_bits`, from a transport block of `with_crc_bits` (TS 38.212 V17
/// §5.2.2: the smallest of table 5.3.2-1 with Kb · Zc ≥ K').
int lifting_size(int base_graph, int code_block_bits, std::int64_t with_crc_bits);

/// TS 38.212 V17 §7.2.2 (base graph) and §5.2.2 (code blocks) for a transport block of `tb_bits` > 0 at a
/// code rate R in (0, 1). K' is rounded up where C does not divide (TBS of §5.1.3.2 always divide).
Segmentation segment(std::int64_t tb_bits, double rate);

}  // namespace cv2x::radio
