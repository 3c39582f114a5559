#ifndef TIDEGATE_CROARING_H
#define TIDEGATE_CROARING_H
#include <roaring/roaring.h>
#endif
