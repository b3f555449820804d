/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * ONNX Runtime's C++ session on a decoder, in a plain loop without GNU Radio: what
 * `dlcomm bench` compares the decoder block with.
 *
 *     bare_session DECODER.onnx SYMBOLS.f32 BATCH
 *
 * SYMBOLS.f32 holds float32 [messages, n] in this machine's byte order; what does not
 * fill a batch at its end is left out. Commands come on standard input, a line each, and
 * every one is answered by one line of JSON on standard output:
 *
 *     run logits COUNT      the network alone, on at least COUNT messages
 *     run decisions COUNT   the network and a plain argmax over its logits
 *     decide FILE           write the decision for every message of SYMBOLS.f32 to FILE
 *
 * `run` answers {"items": messages, "seconds": wall time of the loop}. The program ends
 * with its input; what goes wrong is told in one line on standard error, exit status 1.
 */

#include "engine/contract.h"
#include "engine/onnx_file.h"
#include "engine/ort_runtime.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace engine = gr::dlcomm::engine;

std::vector<float> read_symbols(const std::string& path, size_t row)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        throw std::runtime_error("'" + path + "': cannot be read");
    const size_t bytes = static_cast<size_t>(file.tellg());
    std::vector<float> symbols(bytes / (row * sizeof(float)) * row);
    file.seekg(0);
    file.read(reinterpret_cast<char*>(symbols.data()),
              static_cast<std::streamsize>(symbols.size() * sizeof(float)));
    if (!file)
        throw std::runtime_error("'" + path + "': cannot be read");
    return symbols;
}

//! A session with its input and output tensors made once, on buffers that stay.
class bare_session
{
public:
    bare_session(const std::string& model, const std::string& symbols, size_t batch)
        : d_batch(batch)
    {
        const engine::onnx_file file = engine::read_onnx_file(model);
        const engine::contract about = engine::check_contract(file, "decoder");
        d_symbols = read_symbols(symbols, about.n);
        d_batches = d_symbols.size() / about.n / batch;
        if (d_batches == 0)
            throw std::runtime_error("'" + symbols +
                                     "': found fewer messages than a batch, expected " +
                                     std::to_string(batch) + " or more");
        d_rows = size_t(1) << about.k;
        d_logits.resize(batch * d_rows);
        d_csi.resize(2 * batch);
        for (size_t i = 0; i < batch; ++i)
            d_csi[2 * i] = 1.0f;
        open(file);
        make_tensors(about);
    }

    //! One batch; `index` runs over the batches of the file, again and again.
    void run(size_t index)
    {
        d_session.Run(d_options,
                      d_input_names.data(),
                      &d_inputs[index % d_batches * d_input_names.size()],
                      d_input_names.size(),
                      &d_output_name,
                      &d_output,
                      1);
    }

    //! The first of the largest logits of every row of the last batch.
    void decide(uint8_t* messages) const
    {
        for (size_t b = 0; b < d_batch; ++b) {
            const float* row = d_logits.data() + b * d_rows;
            messages[b] = static_cast<uint8_t>(std::max_element(row, row + d_rows) - row);
        }
    }

    size_t batch() const { return d_batch; }
    size_t batches() const { return d_batches; }

private:
    // The options of the module's own sessions.
    void open(const engine::onnx_file& file)
    {
        Ort::Env& env = engine::ort_env();
        const Ort::SessionOptions options = engine::ort_session_options();
        d_session = Ort::Session(env, file.path.c_str(), options);
        d_options = Ort::RunOptions();
    }

    void make_tensors(const engine::contract& about)
    {
        const auto memory =
            Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
        const auto tensor = [&](float* data, int64_t columns) {
            const int64_t shape[] = { static_cast<int64_t>(d_batch), columns };
            return Ort::Value::CreateTensor<float>(
                memory, data, d_batch * columns, shape, 2);
        };
        for (const auto& input : about.inputs)
            d_names.push_back(input.name);
        d_names.push_back(about.outputs.at(0).name);
        for (size_t i = 0; i + 1 < d_names.size(); ++i)
            d_input_names.push_back(d_names[i].c_str());
        d_output_name = d_names.back().c_str();
        for (size_t i = 0; i < d_batches; ++i) {
            for (const auto& name : d_names) {
                if (name == "symbols")
                    d_inputs.push_back(
                        tensor(d_symbols.data() + i * d_batch * about.n, about.n));
                else if (name == "csi")
                    d_inputs.push_back(tensor(d_csi.data(), 2));
            }
        }
        d_output = tensor(d_logits.data(), static_cast<int64_t>(d_rows));
    }

    size_t d_batch, d_batches = 0, d_rows = 0;
    std::vector<float> d_symbols, d_csi, d_logits;
    Ort::Session d_session{ nullptr };
    Ort::RunOptions d_options{ nullptr };
    std::vector<std::string> d_names;
    std::vector<const char*> d_input_names;
    const char* d_output_name = nullptr;
    std::vector<Ort::Value> d_inputs; // the tensors of batch 0, those of batch 1, ...
    Ort::Value d_output{ nullptr };
};

void answer_run(bare_session& session, bool decisions, size_t count)
{
    std::vector<uint8_t> messages(session.batch());
    const size_t batches = (count + session.batch() - 1) / session.batch();
    const auto begin = std::chrono::steady_clock::now();
    for (size_t i = 0; i < batches; ++i) {
        session.run(i);
        if (decisions)
            session.decide(messages.data());
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::cout << "{\"items\": " << batches * session.batch()
              << ", \"seconds\": " << taken.count() << "}" << std::endl;
}

void answer_decide(bare_session& session, const std::string& path)
{
    std::vector<uint8_t> messages(session.batch() * session.batches());
    for (size_t i = 0; i < session.batches(); ++i) {
        session.run(i);
        session.decide(messages.data() + i * session.batch());
    }
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(messages.data()),
               static_cast<std::streamsize>(messages.size()));
    file.close();
    if (!file)
        throw std::runtime_error("'" + path + "': cannot be written");
    std::cout << "{\"items\": " << messages.size() << "}" << std::endl;
}

void answer(bare_session& session, const std::string& line)
{
    std::istringstream words(line);
    std::string verb, what;
    size_t count = 0;
    words >> verb;
    if (verb == "decide" && std::getline(words >> std::ws, what))
        answer_decide(session, what);
    else if (verb == "run" && words >> what >> count && count > 0 &&
             (what == "logits" || what == "decisions"))
        answer_run(session, what == "decisions", count);
    else
        throw std::runtime_error("command '" + line +
                                 "': expected run logits|decisions COUNT or decide FILE");
}

size_t parse_batch(const std::string& text)
{
    std::istringstream words(text);
    long long batch = 0;
    if (!(words >> batch) || !words.eof() || batch < 1 || batch > (1 << 20))
        throw std::runtime_error("BATCH: found '" + text +
                                 "', expected a whole number from 1 to 1048576");
    return static_cast<size_t>(batch);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::cerr << "usage: bare_session DECODER.onnx SYMBOLS.f32 BATCH\n";
        return 2;
    }
    try {
        if (std::ifstream(DLCOMM_MODULE_ONNXRUNTIME))
            setenv("DLCOMM_ONNXRUNTIME", DLCOMM_MODULE_ONNXRUNTIME, 0);
        // Before any object of the runtime: without its library, not even an empty one
        // can be destroyed.
        const std::string& version = engine::ort_version();
        bare_session session(argv[1], argv[2], parse_batch(argv[3]));
        std::cout.precision(9);
        std::cout << "{\"onnxruntime\": \"" << version << "\"}" << std::endl;
        for (std::string line; std::getline(std::cin, line);)
            answer(session, line);
    } catch (const std::exception& error) {
        std::cerr << "bare_session: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
