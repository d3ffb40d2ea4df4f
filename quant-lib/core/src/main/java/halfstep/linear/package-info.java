/** Products with quantized weights that stay packed: what a decoder does for every token. */
@NullMarked
package halfstep.linear;

import org.jspecify.annotations.NullMarked;
