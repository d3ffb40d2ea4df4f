// 10-does-it-go-faster.ipynb as a script; made by make.py

// # 10 · Does it go faster?
//
// Four bits instead of thirty-two are an eighth of the bytes. Is the model then eight times as fast? It depends on what the processor waits for: for **bytes** from memory, or for its
// own **multiplications**. One word at a time, every weight is read and used once: bytes. A long prompt at once, every weight is read once and used for each of its tokens: multiplications.
//
// Before you run: one row of input, a square matrix of 1024 × 1024, in memory as float32, 4 bits and 3 bits. How much faster than float32 is 4 bits? Is 3 bits faster than 4? And with 64 rows at once?
//
// *Figures in this notebook are times. They differ from machine to machine and from run to run; the sentences below only say what does not.*

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## Bytes, counted
//
// What must be read for one product, from the packed weights themselves:

for (int bits : new int[] {2, 3, 4, 8}) {
    double perWeight = EffectiveBits.of(QuantSpec.of(bits, 64), new Shape(1024, 1024));
    System.out.printf("%d bit: %.2f bits per weight, %4.0f kB, 1/%.1f of float32%n",
        bits, perWeight, perWeight * 1024 * 1024 / 8 / 1000, 32 / perWeight);
}

// If bytes were all, the last column would be the answer. Write down your prediction for 4 bits and one row.
//
// ## Measured, below the roof
//
// A product cannot be faster than memory delivers and not faster than the cores multiply: two lines, the **roofline**. Both are measured here, then the products.

magic("bench matvec --bits 2,3,4 --size 1024 --rows 1,16,64 --seconds 0.05 --as rates")
List<halfstep.roofline.ProductRate> rates = Halfstep.value("rates")

// Each point is a product: operations per byte to the right, operations per second upwards. On the slope the processor waits for memory, on the flat part it multiplies. With more rows
// a point moves to the right, for the same bytes serve more work.

for (int rows : new int[] {1, 16, 64}) {
    var same = rates.stream().filter(r -> r.rows() == rows).toList();
    double plain = same.getFirst().timing().quantile(0.5);
    for (var rate : same.subList(1, same.size()))
        System.out.printf("%2d rows, %-9s %.2f times as fast as float32%n", rows, rate.weights(), plain / rate.timing().quantile(0.5));
}

// Was 4 bits eight times as fast? With one row the bytes saved mostly show; what is missing went into taking codes out of words. With 64 rows the saved bytes hardly matter, and unpacking does. And 3 bits
// beside 4: fewer bytes, but more work to take a code out of its word. See which of the two wins here.
//
// ## Turn it back first?
//
// Some software has no kernel that multiplies packed codes. It turns the whole layer back into floats, then multiplies. That needs memory for the floats, a moment of more memory than you planned:

magic("lab fused 0.down_proj --bits 4 --rows 1,16,128 --seconds 0.05 --as pairs")
List<halfstep.lab.fused.ProductPair> pairs = Halfstep.value("pairs")

for (var pair : pairs)
    System.out.printf("%3d rows: %,d bytes of codes, %,d bytes more for the floats%n", pair.rows(), pair.packedBytes(), pair.wholeBytes());

// The bytes are the same for one row and for a hundred; what they cost is not.
//
// ## A stopwatch of your own
//
// `%%bench` times the Java below it, as `%timeit` does: a warm-up, then samples; the median and the slowest hundredth. Rounding one layer, and HQQ on it:

Matrix layer = model.weight("model.layers.0.mlp.down_proj");
QuantSpec spec = QuantSpec.of(3, 64);

// %%bench --seconds 0.3: a cell is timed in a notebook alone
RoundToNearest.quantize(layer, spec)

// %%bench --seconds 0.3: a cell is timed in a notebook alone
Quantize.dataFree(layer, spec, QuantMethod.Hqq.DEFAULT)

// "HQQ takes minutes where AWQ takes half an hour" is about this: HQQ's work is a few passes over the weights. AWQ runs each block's inputs through it twenty times for every group of scales.
//
// ## Predict tokens per second
//
// A model that writes one token reads all its weights once. So the time of a token is at least bytes ÷ bandwidth. For a 7-billion-parameter model on a laptop with 50 GB/s:

for (double bits : new double[] {16, 8.5, 4.5, 3.7, 2.5}) {
    double bytes = 7e9 * bits / 8;
    System.out.printf("%4.1f bits: %5.2f GB to read, at most %4.1f tokens per second%n", bits, bytes / 1e9, 50e9 / bytes);
}

// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. How many bytes do the packed codes, scales and zeros of a 2048 × 2048 matrix take in 4 bits with groups of 64 and 16-bit float zeros?

magic("check packed-bytes …")

// 2. A machine delivers 20 GB/s and does 200 GFLOP/s. Weights lie in 4.5 bits, and a row of input costs two operations a weight. From how many rows on does it wait for its multiplications? (One decimal;
//    leave the bytes of inputs and outputs out.)

magic("check crossover-rows …")

// 3. `%bench matvec --size 4096`: is 4 bits now faster beside float32 than with 1024? Why? (64 MiB do not fit into a cache.)

// > **What the libraries really do.** AutoAWQ's GEMM and vLLM's Marlin for AWQ take 4 bits only. hqq has fused kernels for 4, 2 and 1 bits (BitBLAS, as read in 0.2.8.post1), none for 3: its 3-bit layers
// > are turned back before each product. "HQQ in 3 bits with BitBLAS" does not exist. `%export --matrix` lists which kernel takes what, with the version read.
//
// **Sources.** S. Williams, A. Waterman, D. Patterson, "Roofline" (CACM 2009); `docs/performance.md` has figures beside PyTorch from a quiet machine.
//
// *Next: 11, rare experts and drafts.*

/exit
