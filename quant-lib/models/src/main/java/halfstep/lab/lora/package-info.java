/**
 * Low-rank adapters on frozen weights, quantized or not: a trainer small enough to read, with every
 * gradient written out.
 */
@NullMarked
package halfstep.lab.lora;

import org.jspecify.annotations.NullMarked;
