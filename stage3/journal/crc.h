/*
 * crc: CRC-32C, a checksum that finds what a disk or a broken write has done to some bytes.
 *
 * It finds every change of up to 32 bits in a row, and of any few bits in what we write. It does
 * not stop anybody who means it: whoever can change the bytes can change the checksum. Seals do
 * that, see crypto/.
 *
 * Source: G. Castagnoli and others, "Optimization of Cyclic Redundancy-Check Codes with 24 and 32
 * Parity Bits", 1993; as in RFC 3720 (iSCSI), whose examples are our test.
 */
#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of all bytes so far: `crc` is that of those before, 0 for none. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

#endif
