// 07-calibration-shift.ipynb as a script; made by make.py

// # 07 · Calibration shift
//
// AWQ and GPTQ look at text. "If the calibration text does not match your domain, the salience map will be wrong": that is the article's first pitfall, and
// its cure is to mix, half and half. Here are two domains, prose and Java, and a model that has salient channels.
//
// Before you run, three predictions about AWQ in 2 bits, calibrated on prose and evaluated on Java:
//
// 1. Is it worse than when calibrated on Java?
// 2. Is it worse than plain rounding, which looks at nothing?
// 3. How much Java does the calibration text need: a tenth, a quarter, half?

magic("param MODEL=salient")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## Is the map wrong?
//
// The strongest tenth of the channels of one layer, under prose and under Java:

magic("awq compare 2.down_proj --calib prose.txt --with java.txt --tokens 1024 --top 0.1 --as overlap")
SalienceOverlap overlap = Halfstep.value("overlap")

// Jaccard 1 would be the same channels, 0 none in common. Other layers, in numbers:

Salience heard(String layer, String file) throws IOException {
    int[] tokens = model.tokenizer().encode(Files.readString(Path.of("data", file)));
    int block = Integer.parseInt(layer.split("\\.")[2]);
    return Salience.of(Activations.of(model.capture(block, TokenWindows.cut(tokens, 256).first(4)).input(layer)));
}

for (String layer : List.of("model.layers.0.self_attn.q_proj", "model.layers.0.mlp.down_proj",
        "model.layers.2.mlp.gate_proj", "model.layers.4.mlp.down_proj"))
    System.out.println(layer + ": " + SalienceOverlap.of(heard(layer, "prose.txt"), heard(layer, "java.txt"), 0.1));

// The inputs of `q_proj` and `gate_proj` come out of a norm whose weights are the same for every text; those of `down_proj` are the MLP's own doing. The map depends on the text where
// the channels' loudness does.
//
// ## Does it matter?
//
// Each method is calibrated on prose, on both, on Java, from the first half of each text, and evaluated on the second half of both. Rounding and HQQ look at no text.

magic("lab shift --methods awq --bits 2 --shares 0,0.5,1 --tokens 512 --measure 1024 --ctx 128 --as shift")
halfstep.lab.shift.CalibrationShift shift = Halfstep.value("shift")

// Read the sentences below the table: each is a claim, an outcome and the interval that decides it. An interval that holds 0 decides nothing, and then the sentence
// says so.
//
// Now the same for GPTQ. It does not only scale: it moves each weight to make up for the errors of those before it, as the calibration text has it. Before you run: is it hurt
// more, or less?

magic("lab shift --methods gptq --bits 2 --shares 0,0.5,1 --tokens 512 --measure 1024 --ctx 128 --as shifted")
halfstep.lab.shift.CalibrationShift shifted = Halfstep.value("shifted")

// ## The two side by side
//
// What a method calibrated on the wrong text costs beside plain rounding, on Java. Below zero it still helps.

for (var study : List.of(shift, shifted))
    for (var row : study.rows().stream().filter(r -> r.share().isPresent()).toList()) {
        PairedComparison beside = study.fromBaseline(row, r -> r.away(), 1);
        System.out.printf("%-16s %3.0f %% Java: %+.3f [%+.3f, %+.3f] nats%n", row.solver().label(),
            100 * row.share().getAsDouble(), beside.meanDifference(), beside.low(), beside.high());
    }

// So "calibrated wrongly it is worse than nothing" can be true of one method and false of another on the same model and text. The article says it of AWQ.
//
// Look at the last line, too. If even the right text leaves a method above rounding, there was too little of it: four windows of 128 tokens.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. From the sentence below the first table: the smallest share of Java, in per cent, that brings **AWQ** below rounding on Java?

magic("check awq-share …")

// 2. By how many nats is **GPTQ** calibrated on prose alone worse than rounding on Java? (To ±0.3; take the mean difference above.)

magic("check gptq-harm …")

// 3. Calibrate on prose, evaluate on prose: what if the evaluated text *is* the calibration text? Look at 12, "A trap".
// 4. Does a medical or a legal text behave like this? No such text is shipped here. Bring yours: `--home prose.txt --away yours.txt`.

// > **What the libraries really do.** AutoAWQ's default calibration is a slice of the Pile: 128 samples of at most 512 tokens, and longer ones are dropped without a word. Calibrating on
// > WikiText and then reporting WikiText perplexity is leakage, and common. The AWQ paper reports that its method is robust against a change of text; a user measured perplexity
// > unchanged and coding ability halved (AutoAWQ issue 475). Both are possible: look at more than one number.
//
// **Sources.** AWQ paper (data efficiency and generalization); AutoAWQ `utils/calib_data.py`; `docs/laboratory.md`, "shift". On the model: `salient` was made to have loud channels,
// see `models/README.md`; what it shows is how the effect works, and no evidence how large it is elsewhere.
//
// *Next: 08, which layer hurts?*

/exit
