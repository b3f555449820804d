/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WINDOW_LAYOUT_H
#define INCLUDED_DLCOMM_ENGINE_WINDOW_LAYOUT_H

#include "window_network.h"

#include <volk/volk_alloc.hh>

#include <cstddef>
#include <memory>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief A network over windows in the order in which the kernels read it, with the
 * workspace that they need.
 */
class window_layout
{
public:
    /*!
     * \brief The layout of a network, or nullptr when it takes more than 4 MiB.
     *
     * \param network to be laid out
     * \param takes_codes whether the kernels work on codes; they get them if all of the
     * network's integers fit into them, and float32 otherwise
     */
    static std::unique_ptr<window_layout> of(window_network network, bool takes_codes);

    //! For the kernels; good while this lives.
    const window_network_view& view() const { return d_view; }
    float* places() { return d_places.data(); }

    //! Whether there are tensors of integers, as codes or in float32.
    bool quantized() const;

private:
    window_layout(window_network network, bool codes);
    bool make_room();
    void add_stage(const window_stage& stage);
    void weigh(const window_stage& stage, stage_view& view);
    void weigh_codes(const window_stage& stage, stage_view& view);
    bool is_codes(size_t tensor) const;
    const float* keep(std::vector<float> numbers);
    const int32_t* keep(std::vector<int32_t> numbers);

    // Where a tensor lies in the workspace, in places.
    struct room {
        size_t before = 0, behind = 0; // places around each row that stand for zero
        size_t rows = 0;
        size_t begin = 0, stride = 0;
    };

    window_network d_network;
    bool d_codes;
    std::vector<room> d_rooms;
    std::vector<std::vector<float>> d_floats; // what the stages point to
    std::vector<std::vector<int32_t>> d_integers;
    std::vector<stage_view> d_stages;
    window_network_view d_view;
    volk::vector<float> d_places;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WINDOW_LAYOUT_H */
