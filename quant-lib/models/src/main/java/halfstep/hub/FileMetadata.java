package halfstep.hub;

import java.net.URI;

/**
 * What the first request tells about a file.
 *
 * @param commit that the revision means now
 * @param etag names and proves the content
 * @param size bytes
 * @param location where the content is served; often another host, signed for a while
 */
record FileMetadata(String commit, Etag etag, long size, URI location) {}
