// A driver of numbers: four functions over the provider's API.  Its key stands in the integration's variables.
const axios = require('axios');
const api = axios.create({ baseURL: 'https://did.example.net/v1', headers: { 'X-Api-Key': process.env.API_KEY } });

module.exports = {
  async search({ number }) {
    const { data } = await api.get('/available', { params: { prefix: number } });
    return data.map((one) => ({ did: one.number, monthly_cost: one.monthly, currency: 'USD', city: one.city }));
  },

  // The provider takes a request id: asking twice buys once.
  async allocate({ did, requestId }) {
    try {
      const { data } = await api.post('/numbers', { number: did, request: requestId });
      return { did: data.number, city: data.city };
    } catch (error) {
      if (error.response?.status === 404) throw new Error('404 No such number');
      if (error.response?.status === 409) throw new Error('409 The number is taken');
      throw error;
    }
  },

  async release({ did }) {
    const answer = await api.delete(`/numbers/${encodeURIComponent(did)}`, { validateStatus: (status) => status < 500 });
    return answer.status === 204;
  },

  async list() {
    const { data } = await api.get('/numbers');
    return data.map((one) => ({ did: one.number, city: one.city }));
  },
};
