#ifndef TIDEGATE_CCODECS_H
#define TIDEGATE_CCODECS_H
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>
#endif
