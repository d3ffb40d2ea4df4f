/**
 * The five sockets. Each belongs to one thread that blocks on it; nothing polls. Threads that run
 * cells never touch a socket, because an interrupt would close it.
 */
@NullMarked
package halfstep.kernel.channels;

import org.jspecify.annotations.NullMarked;
