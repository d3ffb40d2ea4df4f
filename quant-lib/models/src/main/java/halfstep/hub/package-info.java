/**
 * Models and texts from the Hugging Face hub, in the cache that the Python library {@code
 * huggingface_hub} uses: what one has fetched the other finds.
 */
@NullMarked
package halfstep.hub;

import org.jspecify.annotations.NullMarked;
