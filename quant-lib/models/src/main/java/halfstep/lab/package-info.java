/**
 * The trade-off laboratory: what quantization costs and what it buys, one package an experiment.
 */
@NullMarked
package halfstep.lab;

import org.jspecify.annotations.NullMarked;
