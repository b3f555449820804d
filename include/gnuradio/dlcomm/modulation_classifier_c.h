/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_H
#define INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_H

#include <gnuradio/block.h>
#include <gnuradio/dlcomm/api.h>
#include <cstdint>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {

/*!
 * \brief Says which modulation a stream carries, window by window.
 * \ingroup dlcomm
 *
 * \details
 * Takes windows of as many complex samples as the model wants (window()), one every `hop`
 * samples: overlapping with a hop below the window, with gaps between them above it. Each
 * gives one decision, on output 0 as a byte: the index of the likeliest label, or 255 for
 * "unknown". Output 1, if connected, has the probabilities of all labels, one vector of
 * floats per decision.
 *
 * A decision rests on the mean log-probabilities of the last `average` windows,
 * renormalised to probabilities; the first ones of a stream on as many as there are. It is
 * "unknown" when the largest probability is below `threshold`, or when its window holds
 * nothing (zeros, or power too small for float32) or a NaN or an infinity (or power too
 * large for float32). Such a window counts for no other decision and has zeros for
 * probabilities.
 *
 * The block never waits for a batch: it decides all complete windows that are there, at
 * most max_batch at once. So a decision comes as soon as its window is complete, and
 * batches grow under load. Nothing is dropped; samples that are not taken wait in the
 * flowgraph. With a sample rate, lag() says how far the decisions lie behind real time, and
 * one line in the log says so when that exceeds a second. At the end of a stream the last
 * complete window is decided, and an incomplete one is not.
 *
 * Message port `decisions`: a dictionary per decision, built only when somebody listens,
 * with `label` (symbol; "unknown" for 255), `probability` (of the likeliest label),
 * `offset` (first sample of the window), where known `rate` (samples per second), `time`
 * (of that first sample, as rx_time states it) and `freq` (as rx_freq states it). Message
 * port `status`: twice a second, with `lag`, `load`, `decisions` and `unknown`.
 *
 * Tags on the outputs:
 * - `modulation`, the label as a symbol, where the decision changes.
 * - `truth`: where the input has tags of this key, each holding from its sample up to the
 *   next of them. A decision is under a truth when all samples of all windows it rests on
 *   are, and a tag stands on the first such decision; decisions in between lie under a tag
 *   with the value nil.
 * - `rx_time`, `rx_rate` and `rx_freq` move to the first window that begins at or after
 *   them; the time becomes that of the window's first sample, and the rate that of
 *   windows.
 * - All others move to the first window that holds their sample or lies behind it.
 */
class DLCOMM_API modulation_classifier_c : virtual public gr::block
{
public:
    typedef std::shared_ptr<modulation_classifier_c> sptr;

    /*!
     * \brief Load a classifier and make the block.
     *
     * \param model name of a shipped model (`amc_compact`), a folder that holds
     * `classifier.onnx`, or an .onnx file of role `classifier` with at most 255 labels
     * \param hop samples from one window's beginning to the next's; 0: the window's length
     * \param average windows that a decision rests on, 1 to 1024
     * \param threshold least probability of a decision that is not "unknown", 0 to 1
     * \param max_batch most windows that go through the network at once, 1 to 1024
     * \param sample_rate of a stream in real time, in samples per second; 0: not known
     *
     * Throws std::invalid_argument naming the argument when one is out of range, and
     * std::runtime_error when the model cannot be found, is not valid ONNX or breaks the
     * model contract; the message names the file, the key, what was found and what was
     * expected.
     */
    static sptr make(const std::string& model,
                     int hop = 0,
                     int average = 1,
                     double threshold = 0.0,
                     int max_batch = 64,
                     double sample_rate = 0.0);

    /*!
     * \brief Replace the model while the flowgraph runs.
     *
     * The file is loaded and checked in the calling thread; the streaming thread takes it
     * up between two batches. The new model must have the same labels and window.
     * Averaging begins anew.
     *
     * \param model as for make()
     *
     * Throws std::runtime_error as make() does; the old model then stays in use.
     */
    virtual void set_model(const std::string& model) = 0;

    /*!
     * \brief Change how many windows a decision rests on; averaging begins anew.
     *
     * \param average 1 to 1024, otherwise throws std::invalid_argument
     */
    virtual void set_average(int average) = 0;

    /*!
     * \brief Change the least probability of a decision that is not "unknown".
     *
     * \param threshold 0 to 1, otherwise throws std::invalid_argument
     */
    virtual void set_threshold(double threshold) = 0;

    //! Path of the model file in use.
    virtual std::string model() const = 0;

    //! Names of the classes, in the order of the indices on output 0.
    virtual std::vector<std::string> labels() const = 0;

    //! Complex samples per window.
    virtual int window() const = 0;

    //! Samples from one window's beginning to the next's.
    virtual int hop() const = 0;

    //! Windows that a decision rests on.
    virtual int average() const = 0;

    //! Least probability of a decision that is not "unknown".
    virtual double threshold() const = 0;

    //! What runs the network: `onnxruntime`, or a faster exact executor.
    virtual std::string executor() const = 0;

    //! Number of decisions so far.
    virtual uint64_t decisions() const = 0;

    //! Number of decisions so far that were "unknown", for whatever reason.
    virtual uint64_t unknown() const = 0;

    //! Number of windows so far that held nothing.
    virtual uint64_t silent_windows() const = 0;

    //! Number of windows so far that held a NaN or an infinity, or gave one.
    virtual uint64_t nonfinite_windows() const = 0;

    //! Seconds by which the decisions lay behind real time when the last ones were made:
    //! the age of the oldest sample that was not done with, had the stream come at
    //! exactly the sample rate. 0 without a sample rate. A stream that pauses lags, too;
    //! samples that a radio lost do not count where its rx_time tags tell of them.
    virtual double lag() const = 0;

    //! Processor time that the block's work, nearly all of it the network's, took of one
    //! core over the last second or longer: 0 to 1.
    virtual double load() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_H */
