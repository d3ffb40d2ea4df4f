package halfstep.export;

import java.util.Optional;

/**
 * The Python that loads an export in the software it is for, with the versions it was read from.
 */
public final class PythonLoading {

  private PythonLoading() {}

  /**
   * A few lines to copy.
   *
   * @param folder of the export
   * @param engine which of several consumers; the usual one if empty
   */
  public static String of(ExportFormat format, String folder, Optional<String> engine) {
    if (engine.isPresent() && engine.get().equalsIgnoreCase("vllm")) {
      return vllm(folder);
    }
    return switch (format) {
      case AWQ, PLAIN, COMPRESSED_TENSORS ->
          transformers(folder, format == ExportFormat.AWQ ? "gptqmodel==7.7.0" : extra(format));
      case GPTQ, GPTQ_V2 ->
          """
          # gptqmodel 7.7.0
          from gptqmodel import GPTQModel
          model = GPTQModel.load("%s")
          print(model.tokenizer.decode(model.generate("Half a step")[0]))
          """
              .formatted(folder);
      case HQQ ->
          """
          # transformers 4.51.3 and hqq 0.2.8.post1; transformers 5.23 cannot load HQQ
          from transformers import AutoModelForCausalLM, AutoTokenizer
          model = AutoModelForCausalLM.from_pretrained("%1$s", torch_dtype="float16", device_map="cuda")
          tokenizer = AutoTokenizer.from_pretrained("%1$s")
          from hqq.utils.patching import prepare_for_inference
          prepare_for_inference(model, backend="gemlite")  # or torchao_int4, bitblas; see --matrix
          """
              .formatted(folder);
      case GGUF ->
          """
          # llama-cpp-python 0.3.36
          from llama_cpp import Llama
          model = Llama("%s/model.gguf", n_ctx=512)
          print(model("Half a step", max_tokens=32)["choices"][0]["text"])
          """
              .formatted(folder);
    };
  }

  private static String extra(ExportFormat format) {
    return format == ExportFormat.COMPRESSED_TENSORS ? "compressed-tensors==0.20.0" : "";
  }

  private static String transformers(String folder, String extra) {
    String versions = extra.isEmpty() ? "" : " with " + extra.replace("==", " ");
    return """
    # transformers 5.23.0%s
    from transformers import AutoModelForCausalLM, AutoTokenizer
    model = AutoModelForCausalLM.from_pretrained("%2$s", device_map="auto")
    tokenizer = AutoTokenizer.from_pretrained("%2$s")
    print(tokenizer.decode(model.generate(**tokenizer("Half a step", return_tensors="pt"), max_new_tokens=32)[0]))
    """
        .formatted(versions, folder);
  }

  private static String vllm(String folder) {
    return """
    # vLLM, read from its source in 2026-11; the method is found in config.json
    from vllm import LLM, SamplingParams
    model = LLM("%s")
    print(model.generate("Half a step", SamplingParams(max_tokens=32))[0].outputs[0].text)
    """
        .formatted(folder);
  }
}
