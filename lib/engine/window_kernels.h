/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WINDOW_KERNELS_H
#define INCLUDED_DLCOMM_ENGINE_WINDOW_KERNELS_H

#include <stddef.h>
#include <stdint.h>

namespace gr {
namespace dlcomm {
namespace engine {

//! Windows that kernels work on side by side, at most.
constexpr size_t widest_group = 16;

/*!
 * \brief What is done to a value before it is kept.
 *
 * It is held between low and high, and with `rounds` then rounded to the nearest integer,
 * of two equally near ones to the even one.
 */
struct finish_view {
    float low, high;
    bool rounds;   // low and high are integers below 2^22
    float divisor; // the value is divided by it first; 0: it is not
};

enum class stage_kind : uint8_t {
    convolution, // over time and all channels
    depthwise,   // over time, each channel for itself
    mean         // of `taps` values; of one: each value for itself
};

/*!
 * \brief One step of a network over windows, laid out for the kernels.
 *
 * A place of the workspace holds one float32 for each window of a group: a value of one
 * channel, or the codes of four channels as unsigned bytes. A tensor is a row of places
 * per channel, or per four of them, one place per point of time, with places around it
 * that stand for zero where a convolution reaches beyond its ends.
 */
struct stage_view {
    stage_kind kind;
    size_t input, input_stride;   // place read first; from a row to the next
    size_t output, output_stride; // place written first; the same
    size_t channels, length;      // of the output; a convolution's channels are padded
                                  // to a multiple of four
    size_t inputs;                // rows read by a convolution
    size_t taps;                  // places of a row read for one value
    size_t tap_step;              // from one of these to the next
    size_t step;                  // points of time from one value to the next
    //! Of a stage that reads values: [channels / 4][inputs][taps][4], or of a depthwise one
    //! [channels][taps]; bias [channels].
    const float* weights;
    const float* bias;
    //! Integer weights: the sum, which is exact, and the bias are multiplied by the
    //! channel's factor. nullptr: real numbers.
    const float* factors;
    float scale; // of a mean: the sum is multiplied by it
    finish_view finish;
    bool reads_codes, writes_codes;
    int32_t zero_read, zero_written; // codes of the number 0
    size_t first_channel;            // of a mean that writes codes: within the tensor
    //! Of a convolution that reads codes: four signed bytes for four channels of the input
    //! at once, [channels / 4][inputs][taps][4]; of a depthwise one three of the four are
    //! zero, [channels / 4][taps][4]. The bias makes up for the code of zero.
    const int32_t* code_weights;
    const int32_t* code_bias;
};

//! A number that the mean power of a window is combined with.
struct power_step {
    enum operation : uint8_t { times, plus, at_least } kind;
    float number;
};

/*!
 * \brief A network from windows of complex samples to logits.
 *
 * The samples are divided by the square root of their mean power, changed by the
 * `power_steps`, if `normalises`; then the stages follow one after another.
 */
struct window_network_view {
    size_t window; // complex samples
    bool normalises;
    const power_step* power_steps;
    size_t power_step_count;
    finish_view samples;        // what is done to normalised samples
    size_t input, input_stride; // place of the first I value; from there to the Q value
    //! Instead of values: codes of I, Q and the next point's I and Q, in one row that
    //! begins one place before `input`.
    bool samples_are_codes;
    int32_t samples_zero;    // code of the number 0
    const stage_view* stages;
    size_t stage_count;
    size_t classes;
    size_t logits; // place of the first logit; the others follow
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WINDOW_KERNELS_H */
