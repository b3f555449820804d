/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/contract.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::engine;

namespace {

struct fixture {
    qa::scratch_folder folder;

    contract check(const qa::model& model, const std::string& role = "")
    {
        return check_contract(read_onnx_file(folder.write("model.onnx", model.bytes())),
                              role);
    }

    // The error names the file and says the text.
    void refused(const qa::model& model,
                 const std::string& expected,
                 const std::string& role = "")
    {
        const std::string text = qa::error_of([&] { check(model, role); });
        BOOST_CHECK_EQUAL(
            text, "model '" + (folder.path() / "model.onnx").string() + "': " + expected);
    }

    static qa::model encoder(int n = 4, int k = 2)
    {
        return qa::table_encoder(n, k, std::vector<float>(size_t(n) << k, 0.5f));
    }

    static qa::model decoder(int n = 4, int k = 2)
    {
        return qa::linear_decoder(
            n, k, std::vector<float>(size_t(n) << k), std::vector<float>(size_t(1) << k));
    }

    static qa::model classifier()
    {
        qa::model model;
        model.inputs = { qa::value("iq", onnx_float, { -1, 128, 2 }) };
        model.outputs = { qa::value("logits", onnx_float, { -1, 3 }) };
        model.metadata = { { "dlcomm.contract", "1" },
                           { "dlcomm.role", "classifier" },
                           { "dlcomm.labels", "[\"bpsk\", \"qpsk\", \"8psk\"]" },
                           { "dlcomm.window", "128" },
                           { "dlcomm.recipe", "{}" },
                           { "dlcomm.measured", "[]" } };
        return model;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(contracts, fixture)

BOOST_AUTO_TEST_CASE(contracts_are_read)
{
    const contract e = check(encoder(), "encoder");
    BOOST_CHECK_EQUAL(e.role, "encoder");
    BOOST_CHECK_EQUAL(e.link, "qa");
    BOOST_CHECK_EQUAL(e.n, 4);
    BOOST_CHECK_EQUAL(e.k, 2);
    BOOST_CHECK_EQUAL(e.parameters, 16);
    BOOST_CHECK_EQUAL(e.opset, 17);
    BOOST_CHECK_EQUAL(e.bytes, static_cast<int64_t>(encoder().bytes().size()));
    BOOST_CHECK_EQUAL(e.recipe, "{}");
    BOOST_CHECK_EQUAL(e.measured, "[]");

    const contract d = check(decoder(), "decoder");
    BOOST_CHECK_EQUAL(d.role, "decoder");
    BOOST_CHECK_EQUAL(d.parameters, 20);
    BOOST_CHECK(!d.uses_csi);

    const contract c = check(classifier(), "classifier");
    BOOST_CHECK_EQUAL(c.window, 128);
    BOOST_CHECK(c.labels == (std::vector<std::string>{ "bpsk", "qpsk", "8psk" }));

    qa::model csi = decoder();
    csi.inputs.push_back(qa::value("csi", onnx_float, { -1, 2 }));
    BOOST_CHECK(check(csi).uses_csi);
    for (const auto& limits : { std::make_pair(1, 1), std::make_pair(64, 8) })
        BOOST_CHECK_EQUAL(check(decoder(limits.first, limits.second)).n, limits.first);
}

BOOST_AUTO_TEST_CASE(every_key_is_asked_for)
{
    for (const qa::model& model : { encoder(), decoder(), classifier() }) {
        for (const auto& entry : model.metadata) {
            qa::model spoilt = model;
            spoilt.metadata.erase(entry.first);
            refused(spoilt,
                    "metadata key " + entry.first +
                        " is missing (see the model contract)");
            spoilt.metadata[entry.first] = "\xff";
            refused(spoilt, entry.first + " is not UTF-8, expected UTF-8 text");
        }
    }
}

BOOST_AUTO_TEST_CASE(values_of_keys_are_checked)
{
    const auto with = [&](qa::model model, const char* key, const std::string& value) {
        model.metadata[std::string("dlcomm.") + key] = value;
        return model;
    };
    refused(with(decoder(), "contract", "2"), "dlcomm.contract is '2', expected '1'");
    refused(with(decoder(), "role", "poet"),
            "dlcomm.role is 'poet', expected encoder, decoder or classifier");
    refused(with(decoder(), "role", "a\nb"),
            "dlcomm.role is 'a?b', expected encoder, decoder or classifier");
    refused(encoder(), "dlcomm.role is 'encoder', expected 'decoder'", "decoder");
    refused(decoder(), "dlcomm.role is 'decoder', expected 'encoder'", "encoder");
    refused(with(decoder(), "link", ""),
            "dlcomm.link is empty, expected a name shared by encoder and decoder");
    refused(with(decoder(), "link", "a\nb"),
            "dlcomm.link is 'a?b', expected one line of text");
    const std::string n = "dlcomm.n is ",
                      n_range = ", expected a whole number from 1 to 64";
    for (const std::string bad :
         { "", "x", "4.0", "-4", "+4", " 4", "1e1", "0x4", "99999999999999999999" })
        refused(with(decoder(), "n", bad), n + "'" + bad + "'" + n_range);
    for (const std::string bad : { "0", "65", "999999999" })
        refused(with(decoder(), "n", bad), n + bad + n_range);
    for (const std::string bad : { "0", "9" })
        refused(with(decoder(), "k", bad),
                "dlcomm.k is " + bad + ", expected a whole number from 1 to 8");
    for (const char* key : { "recipe", "measured" }) {
        for (const std::string bad : { "", "{", "nonsense", "[1,]" }) {
            const std::string text =
                qa::error_of([&] { check(with(decoder(), key, bad)); });
            BOOST_CHECK(text.find(std::string("dlcomm.") + key + " is not JSON (") !=
                        std::string::npos);
        }
        refused(with(decoder(), key, std::string(100000, '[')),
                std::string("dlcomm.") + key +
                    " is JSON nested deeper than 64 levels, expected a shallower one");
    }
    BOOST_CHECK_EQUAL(check(with(decoder(), "recipe", "[\"[[\\\"[[\"]")).n, 4);
}

BOOST_AUTO_TEST_CASE(keys_and_tensors_must_agree)
{
    qa::model m = decoder();
    m.metadata["dlcomm.n"] = "5";
    refused(m, "input 'symbols' is [batch, 4], expected [batch, 5]");
    m = decoder();
    m.metadata["dlcomm.k"] = "3";
    refused(m, "output 'logits' is [batch, 4], expected [batch, 8]");
    m = encoder();
    m.metadata["dlcomm.n"] = "2";
    refused(m, "output 'symbols' is [batch, 4], expected [batch, 2]");
    m = decoder();
    m.metadata["dlcomm.role"] = "encoder";
    refused(m, "input is named 'symbols', expected 'message'");
    m = classifier();
    m.metadata["dlcomm.window"] = "64";
    refused(m, "input 'iq' is [batch, 128, 2], expected [batch, 64, 2]");
    m = classifier();
    m.metadata["dlcomm.labels"] = "[\"a\", \"b\"]";
    refused(m, "output 'logits' is [batch, 3], expected [batch, 2]");
}

BOOST_AUTO_TEST_CASE(tensors_are_checked)
{
    qa::model m = decoder();
    m.inputs[0] = qa::value("samples", onnx_float, { -1, 4 });
    refused(m, "input is named 'samples', expected 'symbols'");
    m.inputs[0] = qa::value("symbols", 11, { -1, 4 });
    refused(m, "input 'symbols' is float64, expected float32");
    m.inputs[0] = qa::value("symbols", onnx_float, { 1, 4 });
    refused(m, "input 'symbols' is [1, 4], expected [batch, 4]");
    m.inputs[0] = qa::value("symbols", onnx_float, { -1, 4, 1 });
    refused(m, "input 'symbols' is [batch, 4, 1], expected [batch, 4]");
    m.inputs[0] = qa::wire_writer().bytes(1, "symbols");
    refused(m, "input 'symbols' is undefined, expected float32");
    m.inputs[0] = qa::wire_writer()
                      .bytes(1, "symbols")
                      .message(2,
                               qa::wire_writer().message(
                                   1, qa::wire_writer().integer(1, onnx_float)));
    refused(m, "input 'symbols' is without a shape, expected [batch, 4]");
    m.inputs.clear();
    refused(m, "the number of inputs is 0, expected 1 or 2");
    m = decoder();
    m.outputs.push_back(m.outputs[0]);
    refused(m, "the number of outputs is 2, expected 1");
    m = encoder();
    m.inputs[0] = qa::value("message", 6, { -1 });
    refused(m, "input 'message' is int32, expected int64");
    m = encoder();
    m.inputs.push_back(qa::value("csi", onnx_float, { -1, 2 }));
    refused(m, "the number of inputs is 2, expected 1");
    m = decoder();
    m.inputs.push_back(qa::value("csi", onnx_float, { -1, 3 }));
    refused(m, "input 'csi' is [batch, 3], expected [batch, 2]");
    m = decoder(7, 4);
    m.inputs.push_back(qa::value("csi", onnx_float, { -1, 2 }));
    refused(m, "dlcomm.n is 7, expected an even number beside csi");
}

BOOST_AUTO_TEST_CASE(labels_are_a_list_of_names)
{
    qa::model m = classifier();
    const auto labels = [&](const char* text) -> const qa::model& {
        m.metadata["dlcomm.labels"] = text;
        return m;
    };
    refused(labels("[\"one\"]"),
            "dlcomm.labels is a list of 1, expected at least two labels");
    refused(labels("[]"), "dlcomm.labels is a list of 0, expected at least two labels");
    for (const char* bad : { "{\"a\": 1, \"b\": 2}", "[[\"a\"], [\"b\"]]" })
        refused(labels(bad),
                "dlcomm.labels is not a list of names, expected a JSON list of names");
}

BOOST_AUTO_TEST_CASE(opsets_are_those_that_exist)
{
    qa::model m = decoder();
    for (const int64_t bad : { 0, -1, 29, 99 }) {
        m.opset = bad;
        refused(m, "the opset is " + std::to_string(bad) + ", expected 1 to 28");
    }
}

BOOST_AUTO_TEST_SUITE_END()
