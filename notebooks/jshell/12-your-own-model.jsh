// 12-your-own-model.ipynb as a script; made by make.py

// # 12 · Your own model
//
// The notebooks of this series use models that lie in this repository. Every one of them takes another: set `MODEL` in its first cell.
// This one shows the ways in, what is fetched and where it goes, what to calibrate with, and what you read when a file is not what it
// should be. It runs without a network.

magic("param MODEL=natural")

// ## Look before you fetch
//
// A model on the Hugging Face hub goes by `owner/name`. Its files begin with a header that lists the tensors, so a few kilobytes tell what
// gigabytes hold. Nothing below fetches a weight. Without a network you read the refusal instead; it says what helps.

try {
    Hub hub = Hub.ofThisProcess();
    ModelPlan plan = hub.plan(RepoId.model("HuggingFaceTB/SmolLM2-135M"), Hub.MAIN);
    System.out.println(plan);
    hub.tensors(plan).stream().limit(6).forEach(System.out::println);
} catch (HubException e) {
    System.out.println(e.getMessage());
}

// On the command line the same is `./halfstep inspect HuggingFaceTB/SmolLM2-135M`.
//
// ## Load it
//
// `%load` takes four kinds of words:
//
// | word | means |
// |---|---|
// | `natural`, `salient`, `experts` | the models of this repository |
// | `models/natural` or any path | a folder with `config.json`, `tokenizer.json` and safetensors |
// | `weights.safetensors` | one file: its matrices can be quantized, but no model runs |
// | `owner/name`, `owner/name@revision` | a model of the hub |
//
// What comes from the hub goes into the cache that Python's libraries use (`HF_HOME`, usually `~/.cache/huggingface`), so a model is on your
// disk once. Each file is proved by its hash. If the connection breaks, the same line goes on where it ended. A model whose licence has to be
// accepted first is refused with the page on which you accept it; your token comes from `HF_TOKEN` or from `hf auth login`.
// `--else` names what to take where the hub cannot be reached.

magic("load ${MODEL} --else natural --as model")
Model model = Halfstep.value("model")

// A folder works the same way. This one is the other demo model, by its path:

Model other = Model.open(Path.of("models/salient"));
System.out.println(other);
other.checkpoint().tensors().stream().limit(5).forEach(System.out::println);

// ## What to calibrate with
//
// AWQ and GPTQ look at what flows through the model. Give them text like the text you will serve. Plain text, `.jsonl`, `.json`, `.parquet`,
// any of the first three with `.gz`, and token ids are read; `wikitext2`, `pile` and `codealpaca` are fetched from the hub. Here a file of
// questions and answers is written and mixed in, one window in four:

Path own = Files.createTempDirectory("halfstep").resolve("own.jsonl");
Files.writeString(own, """
    {"instruction": "What is a scale?", "output": "The width of one step of the grid, in units of the weights."}
    {"instruction": "What is a zero?", "output": "The code that stands for the weight 0; it need not be a whole number."}
    {"instruction": "What is a group?", "output": "Weights of one row that share a scale and a zero, usually 64 or 128."}
    """.repeat(20));
Calibration mixed = Calibration.mix(
    CalibrationSource.parse(List.of("data/calibration.txt=0.75", own + "=0.25"), Path::of),
    model::tokenizer, 16, 128);
mixed.parts().forEach(part -> System.out.println(part.label()));

// Long documents are cut into windows and none is thrown away; a tail that fills no window is dropped, and so is what
// goes beyond the windows that were asked for; the line says how much.
// A magic takes the same words. Prose is evaluated; the calibration is half prose, half Java:

magic("bench model --methods rtn,hqq,awq --bits 3 --calib calibration.txt=0.5 --calib java.txt=0.5 --text prose.txt --tokens 1024")

// **A trap.** Calibrate on the text that you evaluate, and AWQ looks better than it is. The table is drawn all the same; read its notes:

magic("bench model --methods rtn,awq --bits 3 --calib prose.txt --text prose.txt --tokens 1024")

// ## When something is wrong
//
// Files break, and some are made to break the reader. Each refusal names the file and what was expected. First a folder of broken copies:

Path broken = Files.createTempDirectory("halfstep");
byte[] whole = Files.readAllBytes(Path.of("models/natural/model.safetensors"));
Files.write(broken.resolve("cut.safetensors"), Arrays.copyOf(whole, whole.length - 1000));
byte[] poisoned = whole.clone();
poisoned[whole.length - 1] = 0x7F;                 // the last bfloat16 becomes NaN
poisoned[whole.length - 2] = (byte) 0xC0;
Files.write(broken.resolve("poisoned.safetensors"), poisoned);

Files.writeString(broken.resolve("model.safetensors.index.json"),
    "{\"weight_map\": {\"model.norm.weight\": \"../../secret.safetensors\"}}");
Files.copy(Path.of("models/natural/config.json"), broken.resolve("config.json"));

void attempt(Supplier<?> work) {
    try {
        System.out.println(work.get());
    } catch (RuntimeException e) {
        System.out.println(e.getMessage().replace(broken.toString(), "broken"));
    }
}

attempt(() -> Checkpoint.open(broken.resolve("cut.safetensors")));
attempt(() -> Checkpoint.open(broken.resolve("poisoned.safetensors")).nonFinite());
attempt(() -> Model.open(broken));
attempt(() -> Tokenizer.open(broken));

// One NaN among a million weights is enough to make every output NaN, which is why it is looked for; `./halfstep inspect FILE` does the same.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. Calibration windows are shared out by weight. With `own.jsonl=0.25` and 16 windows, how many come from your own file?

magic("check own-windows …")

// 2. Set `MODEL` to `HuggingFaceTB/SmolLM2-135M` (269 MB to fetch, Apache-2.0) and run all. Is the order of the methods the one you saw on `natural`? Give it
//    some minutes: it is a hundred times larger.
// 3. Add `--calib wikitext2` in place of `calibration.txt`. Which file is fetched? Does the divergence on prose go down?
// 4. `%load meta-llama/Llama-3.2-1B` without a token. What do you have to do first?
// 5. Carry the result away: `./halfstep quantize OWNER/NAME --method awq --calib own.jsonl --out DIR` writes it, and `DIR/manifest.json` says what
//    it was calibrated with: the file's hash and how many tokens, never its text.

// > **What the libraries really do.** Most drop calibration text without saying so: samples longer than the limit (AutoAWQ issue 297), or all batches but the last (GPTQModel issue 3035). Some
// > search for hours before a NaN in a damaged download shows. Saved models are not always smaller than the original, nor loadable where you expect: `docs/interop.md` is what
// > we loaded, with which versions.
//
// **Sources.** The hub's cache as huggingface_hub documents it; `docs/exports.md` and `docs/interop.md`.
//
// *Last: [verdicts](verdicts.ipynb), what the article says and what a run finds.*

/exit
