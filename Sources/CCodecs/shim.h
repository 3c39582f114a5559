#ifndef TIDEGATE_CCODECS_H
#define TIDEGATE_CCODECS_H
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

/* A macro that Swift does not see. */
static const uint32_t tidegate_isal_level1_buffer_size = ISAL_DEF_LVL1_DEFAULT;
#endif
