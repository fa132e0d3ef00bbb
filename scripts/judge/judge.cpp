// llama.cpp as an independent judge: runs a workload of autodidact-bench on a GGUF file and prints one JSON line.
//
//     llama-judge MODEL WORKLOAD [--exact] [--threads N] [--adapter GGUF]
//
// A workload of kind `score` gives the mean negative log-probability of each completion with its end token, one of
// kind `generate` the time of parallel decoding after one shared prompt (without sampling, as llama-batched-bench).
// --exact computes attention in f32, with the weights as the file has them.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "llama.h"

using json = nlohmann::json;

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Text {
    std::vector<llama_token> ids;
    size_t prompt;
};

struct Model {
    llama_model * model;
    const llama_vocab * vocab;
    llama_adapter_lora * adapter;
    bool exact;
    int threads;

    std::vector<llama_token> encode(const std::string & text) const {
        std::vector<llama_token> ids(text.size() + 8);
        const int count = llama_tokenize(vocab, text.data(), text.size(), ids.data(), ids.size(), false, true);
        if (count < 0) throw std::runtime_error("text is not tokenized");
        ids.resize(count);
        return ids;
    }

    llama_context * context(size_t tokens, size_t sequences, size_t batch) const {
        auto settings = llama_context_default_params();
        settings.n_ctx = tokens;
        settings.n_batch = batch;
        settings.n_ubatch = std::min<size_t>(batch, 512);
        settings.n_seq_max = sequences;
        settings.n_threads = settings.n_threads_batch = threads;
        settings.kv_unified = true;
        settings.swa_full = true;
        settings.flash_attn_type = exact ? LLAMA_FLASH_ATTN_TYPE_DISABLED : LLAMA_FLASH_ATTN_TYPE_ENABLED;
        if (exact) settings.type_k = settings.type_v = GGML_TYPE_F32;
        auto * made = llama_init_from_model(model, settings);
        if (!made) throw std::runtime_error("no context");
        float scale = 1;
        auto * one = adapter;
        if (one && llama_set_adapters_lora(made, &one, 1, &scale)) throw std::runtime_error("the adapter is not set");
        return made;
    }
};

void add(llama_batch & batch, llama_token id, size_t place, size_t sequence, bool wantsLogits) {
    const int n = batch.n_tokens++;
    batch.token[n] = id;
    batch.pos[n] = place;
    batch.n_seq_id[n] = 1;
    batch.seq_id[n][0] = sequence;
    batch.logits[n] = wantsLogits;
}

void decode(llama_context * context, llama_batch & batch) {
    if (const int status = llama_decode(context, batch)) {
        throw std::runtime_error("llama_decode ended with " + std::to_string(status));
    }
}

double loss(const float * logits, int count, llama_token id) {
    const float top = *std::max_element(logits, logits + count);
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += std::exp(logits[i] - top);
    return std::log(sum) + top - logits[id];
}

/// As many whole texts as fit side by side in one batch; in the exact form one alone, in a context no larger than the
/// longest, for LongRoPE's divisors depend on the size of the context.
json score(const Model & model, const json & work) {
    size_t width = model.exact ? 1 : 1024;
    const size_t sequences = model.exact ? 1 : 32;
    std::vector<Text> texts;
    for (const auto & sample : work["samples"]) {
        const std::string prompt = sample["prompt"], completion = sample["completion"];
        Text text{model.encode(prompt + completion), model.encode(prompt).size()};
        text.ids.push_back(llama_vocab_eos(model.vocab));
        width = std::max(width, text.ids.size());
        texts.push_back(text);
    }
    auto * context = model.context(width, sequences, width);
    auto batch = llama_batch_init(width, 0, 1);
    const int vocabulary = llama_vocab_n_tokens(model.vocab);
    std::vector<double> losses;
    size_t tokens = 0;
    const double start = now();
    for (size_t first = 0; first < texts.size();) {
        llama_memory_clear(llama_get_memory(context), true);
        batch.n_tokens = 0;
        size_t end = first;
        while (end < texts.size() && end - first < sequences && batch.n_tokens + texts[end].ids.size() <= width) {
            const auto & text = texts[end];
            for (size_t i = 0; i < text.ids.size(); ++i) {
                add(batch, text.ids[i], i, end - first, i + 1 >= text.prompt && i + 1 < text.ids.size());
            }
            ++end;
        }
        decode(context, batch);
        int row = 0;
        for (; first < end; ++first) {
            const auto & text = texts[first];
            double sum = 0;
            for (size_t i = 0; i + 1 < text.ids.size(); ++i, ++row) {
                if (i + 1 < text.prompt) continue;
                sum += loss(llama_get_logits_ith(context, row), vocabulary, text.ids[i + 1]);
            }
            ++row;
            losses.push_back(sum / (text.ids.size() - text.prompt));
            tokens += text.ids.size();
        }
    }
    const double seconds = now() - start;
    llama_batch_free(batch);
    llama_free(context);
    return {{"seconds", seconds}, {"items", texts.size()}, {"tokens", tokens}, {"losses", losses}};
}

/// One prompt, decoded once, and `count` sequences after it.
json generate(const Model & model, const json & work) {
    const auto & request = work["requests"].at(0);
    const auto prompt = model.encode(work.value("prefix", "") + request["prompt"].get<std::string>());
    const size_t count = request["count"], length = work["maxNewTokens"];
    auto * context = model.context(prompt.size() + count * length + 64, count, 2048);
    auto batch = llama_batch_init(std::max(prompt.size(), count), 0, 1);
    const int vocabulary = llama_vocab_n_tokens(model.vocab);
    const double start = now();
    for (size_t i = 0; i < prompt.size(); ++i) add(batch, prompt[i], i, 0, i + 1 == prompt.size());
    decode(context, batch);
    for (size_t sequence = 1; sequence < count; ++sequence) {
        llama_memory_seq_cp(llama_get_memory(context), 0, sequence, -1, -1);
    }
    const double prompted = now();
    unsigned state = 1;
    for (size_t step = 0; step < length; ++step) {
        batch.n_tokens = 0;
        for (size_t sequence = 0; sequence < count; ++sequence) {
            state = state * 1664525u + 1013904223u;
            add(batch, (state >> 8) % vocabulary, prompt.size() + step, sequence, true);
        }
        decode(context, batch);
    }
    const double end = now();
    llama_batch_free(batch);
    llama_free(context);
    return {{"seconds", end - start}, {"promptSeconds", prompted - start}, {"items", count}, {"tokens", count * length}};
}

int run(int count, char ** words) {
    if (count < 3) {
        throw std::runtime_error("usage: llama-judge MODEL WORKLOAD [--exact] [--threads N] [--adapter GGUF]");
    }
    Model model{};
    model.threads = std::max(1u, std::thread::hardware_concurrency());
    const char * adapter = nullptr;
    for (int i = 3; i < count; ++i) {
        if (!std::strcmp(words[i], "--exact")) model.exact = true;
        if (!std::strcmp(words[i], "--threads") && i + 1 < count) model.threads = std::stoi(words[++i]);
        if (!std::strcmp(words[i], "--adapter") && i + 1 < count) adapter = words[++i];
    }
    const double start = now();
    auto settings = llama_model_default_params();
    // Repacked weights are what llama.cpp computes fastest with; the exact comparison takes those of the file.
    settings.use_extra_bufts = !model.exact;
    model.model = llama_model_load_from_file(words[1], settings);
    if (!model.model) throw std::runtime_error("llama.cpp does not load the file");
    if (adapter && !(model.adapter = llama_adapter_lora_init(model.model, adapter))) {
        throw std::runtime_error("llama.cpp does not load the adapter");
    }
    model.vocab = llama_model_get_vocab(model.model);
    const double loaded = now() - start;
    std::ifstream file(words[2]);
    const json work = json::parse(file);
    json report = work["kind"] == "generate" ? generate(model, work) : score(model, work);
    llama_model_free(model.model);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    report["loadSeconds"] = loaded;
    report["peakMB"] = usage.ru_maxrss / 1024.0;
    std::printf("%s\n", report.dump().c_str());
    return 0;
}

}  // namespace

int main(int count, char ** words) {
    llama_log_set([](ggml_log_level level, const char * text, void *) {
        if (level >= GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_CONT) std::fputs(text, stderr);
    }, nullptr);
    llama_backend_init();
    try {
        return run(count, words);
    } catch (const std::exception & error) {
        std::fprintf(stderr, "llama-judge: %s\n", error.what());
        return 1;
    }
}
