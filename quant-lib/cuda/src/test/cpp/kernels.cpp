#include "kernels.h"

#include <cstring>
#include <tuple>
#include <utility>

#include "fibers.h"

#include "../../main/cuda/attention.cu"
#include "../../main/cuda/awq.cu"
#include "../../main/cuda/cholesky.cu"
#include "../../main/cuda/clip.cu"
#include "../../main/cuda/copy.cu"
#include "../../main/cuda/dequantize.cu"
#include "../../main/cuda/forward.cu"
#include "../../main/cuda/gguf.cu"
#include "../../main/cuda/gptq.cu"
#include "../../main/cuda/gram.cu"
#include "../../main/cuda/hessian.cu"
#include "../../main/cuda/hqq.cu"
#include "../../main/cuda/kl.cu"
#include "../../main/cuda/layouts.cu"
#include "../../main/cuda/linear.cu"
#include "../../main/cuda/ls.cu"
#include "../../main/cuda/matmul.cu"
#include "../../main/cuda/matvec.cu"
#include "../../main/cuda/pack.cu"
#include "../../main/cuda/product.cu"
#include "../../main/cuda/rtn.cu"
#include "../../main/cuda/tile.cu"
#include "../../main/cuda/widen.cu"

// What devices from Ampere on have where they are asked for it.
static const size_t SHARED = 99 << 10;
alignas(16) float groupErrors[SHARED / sizeof(float)];
float4 shared[SHARED / sizeof(float4)];

namespace standin {
namespace {

template <class... A>
struct Caller {
  template <size_t... I>
  static std::tuple<A...> copied(void** arguments, std::index_sequence<I...>) {
    return std::tuple<A...>(*(A*)arguments[I]...);
  }
  static std::function<void()> bind(void* function, void** arguments) {
    auto values = copied(arguments, std::index_sequence_for<A...>());
    return [=] { std::apply((void (*)(A...))function, values); };
  }
};

template <class... A>
Kernel kernel(const char* name, void (*function)(A...)) {
  return {name, (void*)function, Caller<A...>::bind};
}

#define OF(NAME) kernel(#NAME, NAME)
#define PRODUCT_OF(BITS) OF(product_##BITS##_1), OF(product_##BITS##_2), OF(product_##BITS##_4)
#define MATVEC_OF(BITS) OF(matvec_##BITS##_1), OF(matvec_##BITS##_4), OF(matvec_##BITS##_8)

const Kernel KERNELS[] = {
    OF(attention_8), OF(attention_1), OF(attention_naive),
    OF(copy),
    OF(embed), OF(rms_norm), OF(rms_norm_naive), OF(rope), OF(swiglu), OF(add), OF(add_rows),
    OF(linear), OF(linear_few), OF(linear_naive),
    OF(cholesky_left), OF(cholesky_diagonal), OF(cholesky_rows), OF(cholesky_naive),
    OF(inverse_solve), OF(inverse_update), OF(inverse_naive),
    OF(clip_changes_32), OF(clip_changes_64), OF(clip_changes_128), OF(clip_changes_any),
    OF(clip_changes_naive), OF(clip_errors), OF(clip_errors_few), OF(clip_errors_naive),
    OF(channels), OF(channels_total), OF(channels_naive), OF(gram_inputs), OF(gram), OF(gram_lengths),
    OF(gram_squares), OF(gram_naive), OF(awq_factors), OF(awq_losses), OF(awq_losses_naive),
    OF(awq_errors_32), OF(awq_errors_64), OF(awq_errors_128), OF(awq_errors_any), OF(awq_errors_naive),
    OF(rtn_32), OF(rtn_64), OF(rtn_128), OF(rtn_any), OF(rtn_naive),
    OF(hessian_inputs), OF(hessian), OF(hessian_few), OF(hessian_naive),
    OF(hqq_32), OF(hqq_64), OF(hqq_128), OF(hqq_any), OF(hqq_naive),
    OF(gptq_order), OF(gptq_128), OF(gptq_any), OF(gptq_naive), OF(gptq_losses),
    OF(gptq_rest), OF(gptq_rest_few), OF(gptq_rest_naive),
    OF(gguf_pack), OF(gguf_unpack), OF(gguf_pack_naive), OF(gguf_unpack_naive),
    OF(kl), OF(kl_naive),
    OF(layout_pack_8), OF(layout_pack_32), OF(layout_pack_quads), OF(layout_pack_across),
    OF(layout_unpack_8), OF(layout_unpack_32), OF(layout_unpack_quads), OF(layout_unpack_across),
    OF(layout_pack_naive), OF(layout_unpack_naive),
    OF(ls_32), OF(ls_64), OF(ls_128), OF(ls_any), OF(ls_naive),
    OF(pack_2), OF(pack_3), OF(pack_4), OF(pack_8), OF(pack_naive),
    OF(unpack_2), OF(unpack_3), OF(unpack_4), OF(unpack_8), OF(unpack_naive),
    OF(dequantize_2), OF(dequantize_3), OF(dequantize_4), OF(dequantize_8), OF(dequantize_naive),
    OF(tile_2), OF(tile_3), OF(tile_4), OF(tile_8),
    OF(untile_2), OF(untile_3), OF(untile_4), OF(untile_8),
    PRODUCT_OF(2), PRODUCT_OF(3), PRODUCT_OF(4), PRODUCT_OF(8),
    OF(matmul_2_8), OF(matmul_3_8), OF(matmul_4_8), OF(matmul_8_8), OF(matmul_inputs), OF(matmul_sum),
    MATVEC_OF(2), MATVEC_OF(3), MATVEC_OF(4), MATVEC_OF(8), OF(matvec_naive),
    OF(widen), OF(widen_naive),
};

const bool REGISTERED = [] {
  registerShared(groupErrors, sizeof groupErrors);
  registerShared(shared, sizeof shared);
  return true;
}();

}  // namespace

const Kernel* kernelNamed(const char* name) {
  for (const Kernel& kernel : KERNELS) {
    if (!strcmp(kernel.name, name)) {
      return &kernel;
    }
  }
  return nullptr;
}

}  // namespace standin
