/** Text to token ids and back, exactly as Hugging Face's tokenizers do. */
@NullMarked
package halfstep.text;

import org.jspecify.annotations.NullMarked;
