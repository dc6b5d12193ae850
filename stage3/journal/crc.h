/*
 * crc: CRC-32C, a checksum that detects damage by a disk or an incomplete write.
 *
 * It detects every change within 32 adjacent bits, and a change of any few bits in a record of
 * our sizes. It does not detect a deliberate change: whoever can change the bytes can change the
 * checksum too. Seals do that, see crypto/.
 *
 * Source: G. Castagnoli and others, "Optimization of Cyclic Redundancy-Check Codes with 24 and 32
 * Parity Bits", 1993; as in RFC 3720 (iSCSI), whose examples the unit test uses.
 */
#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

/* Returns the checksum of all bytes so far. `crc` is the checksum of the bytes before, or 0. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

#endif
